"""Who a deployable is on AWS: a user of IAM with the policy of `infra/policies/`, on a stand-in that enforces it."""

import string
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from stand_ins.aws_server import AwsServer

POLICIES = Path(__file__).parents[2] / "infra" / "policies"
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Role:
    """One deployable's access key."""

    server: AwsServer
    key: str
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        """For boto3's chain, in place of the stand-ins' own key."""
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret}

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.server.url,
            region_name=self.server.region,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
        )


def policy(
    role: str, server: AwsServer, *, bucket: str, tables: str, signing_key: str = "none", prefix: str = ""
) -> str:
    """The JSON of a role's policy, for these places."""
    return string.Template((POLICIES / f"{role}.json").read_text()).substitute(
        bucket_arn=f"arn:aws:s3:::{bucket}",
        prefix=prefix,
        tables_arn=f"arn:aws:dynamodb:{server.region}:{ACCOUNT}:table/{tables}",
        secrets_arn=f"arn:aws:secretsmanager:{server.region}:{ACCOUNT}:secret:mcpskills/",
        signing_key_arn=f"arn:aws:kms:{server.region}:{ACCOUNT}:key/{signing_key}",
    )


def allowed(server: AwsServer, document: str) -> Role:
    """A new user who may do what the policy says, and nothing else."""
    iam, name = server.aws.client("iam"), f"user-{uuid.uuid4().hex}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="role", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Role(server, key["AccessKeyId"], key["SecretAccessKey"])
