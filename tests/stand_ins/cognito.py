"""A user pool of Amazon Cognito on MiniStack: people, groups, programs, and the ways in which they get tokens.

Its tokens name the pool by the address that it would have on AWS, and their keys are on loopback, so both are settings.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import boto3
import httpx2

from stand_ins import code_flow
from stand_ins.aws_server import AwsServer
from stand_ins.code_flow import CALLBACK

PASSWORD = "Passw0rd-of-a-stand-in!"
READ, RUN = "skills/skills:read", "skills/skills:run"
"""Scopes as Cognito spells them: the resource server's identifier stands in front."""


@dataclass(frozen=True)
class Pool:
    """A user pool with the resource server `skills`, and its domain."""

    client: Any
    id: str
    url: str

    @property
    def issuer(self) -> str:
        """As tokens have it."""
        return f"https://cognito-idp.{self.id.partition('_')[0]}.amazonaws.com/{self.id}"

    @property
    def jwks_url(self) -> str:
        return f"{self.url}/{self.id}/.well-known/jwks.json"

    def person(self, name: str, *groups: str) -> str:
        """Somebody with a password, in these groups; gives their subject."""
        made = self.client.admin_create_user(UserPoolId=self.id, Username=name, MessageAction="SUPPRESS")
        self.client.admin_set_user_password(UserPoolId=self.id, Username=name, Password=PASSWORD, Permanent=True)
        for group in groups:
            known = [each["GroupName"] for each in self.client.list_groups(UserPoolId=self.id)["Groups"]]
            if group not in known:
                self.client.create_group(UserPoolId=self.id, GroupName=group)
            self.client.admin_add_user_to_group(UserPoolId=self.id, Username=name, GroupName=group)
        return next(each["Value"] for each in made["User"]["Attributes"] if each["Name"] == "sub")

    def public_client(self, scopes: Sequence[str] = ("openid", READ, RUN)) -> str:
        """The id of a client that people sign in with, without a secret."""
        return self._client_of("code", scopes, CallbackURLs=[CALLBACK])["ClientId"]

    def web_client(self, callback: str, scopes: Sequence[str]) -> tuple[str, str]:
        """The id and secret of an application that people sign in to, and are sent back to."""
        made = self._client_of("code", scopes, CallbackURLs=[callback], GenerateSecret=True)
        return made["ClientId"], made["ClientSecret"]

    def program(self, scopes: Sequence[str] = (READ,)) -> tuple[str, str]:
        """The id and secret of a client that calls as itself."""
        made = self._client_of("client_credentials", scopes, GenerateSecret=True)
        return made["ClientId"], made["ClientSecret"]

    def _client_of(self, flow: str, scopes: Sequence[str], **more: Any) -> dict[str, str]:
        return self.client.create_user_pool_client(
            UserPoolId=self.id,
            ClientName=f"client-{secrets.token_hex(4)}",
            AllowedOAuthFlows=[flow],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthScopes=list(scopes),
            SupportedIdentityProviders=["COGNITO"],
            **more,
        )["UserPoolClient"]

    def sign_in(self, client_id: str, name: str, *scopes: str) -> dict[str, str]:
        """The tokens that a person gets by the code flow with PKCE, by the hosted page."""

        def agreed(address: str) -> str:
            return consent(address, name)

        return code_flow.tokens(f"{self.url}/oauth2/authorize", self._token_url, client_id, scopes, agreed)

    def token_of(self, program: tuple[str, str], *scopes: str) -> str:
        """An access token by client credentials."""
        form = {"grant_type": "client_credentials", "scope": " ".join(scopes)}
        return code_flow.redeem(self._token_url, form, program)["access_token"]

    @property
    def _token_url(self) -> str:
        return f"{self.url}/oauth2/token"


def consent(address: str, name: str) -> str:
    """Sign in on the page at the address, as a person does; gives where the browser is sent then."""
    with httpx2.Client(timeout=30) as browser:
        page = browser.get(address)
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        filled = {key: value.replace("&amp;", "&") for key, value in fields.items()}
        form = {**filled, "username": name, "password": PASSWORD}
        answer = browser.post(httpx2.URL(address).join("/login"), data=form)
    assert "location" in answer.headers, answer.text
    return answer.headers["location"]


def make_pool(server: AwsServer) -> Pool:
    """A new pool, with a resource server that has scopes of ours."""
    client = boto3.client(
        "cognito-idp",
        endpoint_url=server.url,
        region_name=server.region,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
    )
    pool = client.create_user_pool(PoolName=f"pool-{secrets.token_hex(4)}")["UserPool"]["Id"]
    client.create_user_pool_domain(UserPoolId=pool, Domain=f"skills-{secrets.token_hex(4)}")
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("skills:read", "skills:run", "users:write")]
    client.create_resource_server(UserPoolId=pool, Identifier="skills", Name="Skills", Scopes=scopes)
    return Pool(client, pool, server.url)
