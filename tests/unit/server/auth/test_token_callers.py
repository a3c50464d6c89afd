"""What callers with a token may do: by their groups, by what we know of them, and by the scopes of the token."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog_builders import TENANT
from mcpskills.access import ROLES, Role, Scope
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills_server.auth.tokens.authenticator import MOST_SECONDS, TokenAuthenticator
from mcpskills_server.auth.tokens.keyring import Keyring
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError
from principal_builders import ADA, a_user
from token_builders import ISSUER, NOW, STRANGER, USER, a_token, a_trust, jwks, signed, since, the_claims

ALL = " ".join(Scope)


@pytest.fixture
def principals(tmp_path):
    with closing(SqlitePrincipals(tmp_path / "catalog.sqlite", lambda: NOW)) as opened:
        yield opened


@pytest.fixture
def recognised(principals):
    def authenticated(token, **settings):
        trust = a_trust(**settings)
        keyring = Keyring(trust.issuer, "https://login.example.com/keys", lambda _: jwks())
        return TokenAuthenticator(trust, principals, keyring, lambda: NOW).authenticate(token)

    return authenticated


def test_a_caller_is_who_the_token_names(recognised):
    caller = recognised(a_token(username="grace")).caller

    assert (caller.tenant, caller.id, caller.name) == (TENANT, f"user:{ISSUER} {USER}", f"grace ({USER})")
    assert (caller.plan, caller.anonymous) == (None, False)


@pytest.mark.parametrize("name", ["", "\u202eroot", "root\n", "r" * 300, None])
def test_a_name_that_is_no_name_is_left_out(recognised, name):
    assert recognised(a_token(username=name)).caller.name == USER


@pytest.mark.parametrize("claim", ["client_id", "azp", "appid", "cid"])
def test_a_token_names_its_client_in_the_claim_of_its_issuer(recognised, claim):
    token = a_token(**{"client_id": None, claim: "editor"})

    assert recognised(token, client_ids=["editor"]).caller.id == f"user:{ISSUER} {USER}"


def test_groups_give_the_roles_that_they_are_mapped_to_and_stay_groups(recognised):
    token = a_token(groups=["makers", "office"], scope=ALL, **{"cognito:groups": ["chiefs"], "roles": "lawyers"})

    caller = recognised(token, roles={"makers": "developer", "chiefs": "admin"}).caller

    assert caller.roles == {"developer", "admin"}
    assert caller.groups == {"makers", "office", "chiefs", "lawyers"}
    assert caller.scopes == ROLES[Role.ADMIN]


def test_a_group_with_the_name_of_a_role_gives_none(recognised):
    caller = recognised(a_token(groups=["owner", "admin"], scope=ALL)).caller

    assert (caller.roles, caller.scopes) == (frozenset(), frozenset())


def test_only_the_claims_that_are_named_are_groups(recognised):
    caller = recognised(a_token(roles=["makers"], groups=["office"]), groups_claims=["groups"]).caller

    assert (caller.groups, caller.roles) == ({"office"}, frozenset())


def test_everybody_has_the_default_role(recognised):
    caller = recognised(a_token(groups=None, scope=ALL), default_role="viewer").caller

    assert caller.scopes == {Scope.SKILLS_READ}


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("skills:read", {Scope.SKILLS_READ}),
        ("openid skills:run  skills:read", {Scope.SKILLS_READ, Scope.SKILLS_RUN}),
        (["skills:read", "email"], {Scope.SKILLS_READ}),
        ("users:write audit:read", set()),
        ("openid email", set()),
        ("", set()),
        (None, set()),
        ("SKILLS:READ", set()),
        ("skills:*", set()),
        ("skills:read,skills:run", set()),
        ("other/skills:read", set()),
        ("skills/skills:read", {Scope.SKILLS_READ}),
        ("skills/skills/skills:read", set()),
    ],
)
def test_scopes_of_the_token_narrow_what_roles_give(recognised, said, may):
    assert recognised(a_token(scope=said), scope_prefix="skills/").caller.scopes == may


def test_scopes_are_read_where_entra_says_them(recognised):
    assert recognised(a_token(scope=None, scp="skills:read")).caller.scopes == {Scope.SKILLS_READ}


def test_scopes_count_for_nothing_where_the_issuer_has_none(recognised):
    assert recognised(a_token(scope="openid"), scopes="ignored").caller.scopes == ROLES[Role.DEVELOPER]


def test_what_we_know_of_a_user_is_added_to_what_the_token_says(recognised, principals):
    principals.put_user(a_user(USER, issuer=ISSUER), ADA)

    found = recognised(a_token(scope=ALL), roles={"makers": "publisher"})

    assert (found.caller.name, found.caller.roles) == ("Grace", {"publisher", "viewer"})
    assert found.caller.groups == {"makers", "office"}
    assert found.principal == principals.user(TENANT, ISSUER, USER)


def test_the_user_of_another_issuer_or_tenant_is_another_one(recognised, principals):
    principals.put_user(a_user(USER, issuer="https://login.example.com/other"), ADA)
    principals.put_user(a_user(USER, issuer=ISSUER, tenant="other"), ADA)

    assert recognised(a_token()).principal is None


def test_a_disabled_user_is_refused(recognised, principals):
    known = principals.put_user(a_user(USER, issuer=ISSUER), ADA)
    principals.put_user(replace(known, disabled=True), ADA)

    with pytest.raises(RefusedTokenError) as caught:
        recognised(a_token())

    assert caught.value.fault is Fault.DISABLED


@pytest.mark.parametrize("said", [{"exp": 0}, {"aud": "https://other.example.com"}, {"groups": 7}, {"token_use": "id"}])
def test_a_refusal_says_whose_token_it_was(recognised, said):
    with pytest.raises(RefusedTokenError) as caught:
        recognised(a_token(**said))

    assert caught.value.whose == f"user:{ISSUER} {USER}"


@pytest.mark.parametrize(
    "token",
    [
        a_token()[:-8],
        signed({"alg": "RS256", "kid": "rsa"}, the_claims(), STRANGER),
        a_token(iss="https://login.example.com/other"),
        a_token(sub=None),
        a_token(sub="root\n"),
    ],
)
def test_a_refusal_names_nobody_whom_the_issuer_does_not_vouch_for(recognised, token):
    with pytest.raises(RefusedTokenError) as caught:
        recognised(token)

    assert caught.value.whose is None


def test_a_program_calls_by_its_own_token_without_an_audience_where_its_client_is_named(recognised):
    token = a_token(
        sub="build-agent", client_id="build-agent", aud=None, token_use="access", groups=None, scope="s/skills:read"
    )

    caller = recognised(token, client_ids=["build-agent"], scope_prefix="s/", default_role="developer").caller

    assert (caller.id, caller.scopes) == (f"user:{ISSUER} build-agent", {Scope.SKILLS_READ})


@pytest.mark.parametrize(
    ("exp", "seconds"), [(since(seconds=100), 130), (since(days=1), MOST_SECONDS), (since(seconds=-29), 1)]
)
def test_a_caller_is_known_until_the_token_expires_and_not_for_long(recognised, exp, seconds):
    assert timedelta(seconds=recognised(a_token(exp=exp)).seconds) == timedelta(seconds=seconds)


@pytest.mark.parametrize("exp", [253402300799, since(hours=1) + 0.5])
def test_a_token_may_expire_at_the_end_of_all_times_and_between_seconds(recognised, exp):
    assert recognised(a_token(exp=exp)).seconds == MOST_SECONDS


def test_a_token_for_one_tenant_of_the_issuer_is_taken_by_that_one(recognised):
    assert recognised(a_token(tenant=TENANT), tenant_claim="tenant").caller.tenant == TENANT
