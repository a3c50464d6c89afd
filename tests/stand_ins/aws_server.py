"""What stands in for AWS, and who is let in: no secret, as the servers take it on loopback and live as long as the tests."""

from dataclasses import dataclass

from mcpskills.adapters.aws.clients import Aws

REGION = "us-east-1"
ACCESS_KEY = "AKIASTANDIN"
SECRET_KEY = "a-secret-of-the-stand-ins"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""By botocore's own names, for the environment."""


@dataclass(frozen=True)
class AwsServer:
    """Answers AWS's protocols at `url`, to who holds the key."""

    url: str
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = REGION

    @property
    def aws(self) -> Aws:
        """How adapters in this process reach it."""
        return Aws(region=self.region, endpoint=self.url)

    @property
    def environment(self) -> dict[str, str]:
        """What another process needs to find it and to be let in."""
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.url}
