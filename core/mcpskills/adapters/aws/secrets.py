"""Secrets in AWS Secrets Manager: one of each, below a prefix of the tenant; what is known of it is its description."""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from mcpskills import secret as secrets
from mcpskills.adapters import secret_text
from mcpskills.adapters.aws.foreign import code, translated
from mcpskills.errors import CorruptedError
from mcpskills.secret import DamagedSecret, NewValue, Secret

_WHAT = "AWS Secrets Manager"
_PAGE = 100


class SecretsManagerSecrets:
    """See `ports.Secrets`. Who may write descriptions decides who gets a value: a policy says who that is, see docs/aws.md."""

    def __init__(self, client: Any, prefix: str, tenant: str) -> None:
        """`client` is Secrets Manager's; its own settings bound how long a call takes."""
        self._client = client
        self._prefix = f"{prefix}{tenant}/"

    def put(self, name: str, value: NewValue) -> Secret:
        secrets.expect_name(name)
        before = self._found(name)
        if before is None:
            first = Secret(name, 1, value.at, value.by)
            if self._create(first, value.text):
                return first
            # Somebody made it meanwhile.
            before = self.find(name)
        after = Secret(name, before.version + 1, value.at, value.by, before.skills)
        with self._asked(name):
            self._client.update_secret(
                SecretId=self._id(name), SecretString=value.text, Description=secret_text.text(after)
            )
        return after

    def grant(self, name: str, skills: frozenset[str]) -> Secret:
        before = self.find(name)
        after = Secret(name, before.version, before.updated_at, before.updated_by, skills)
        with self._asked(name):
            self._client.update_secret(SecretId=self._id(name), Description=secret_text.text(after))
        return after

    def remove(self, name: str) -> None:
        # Of one that somebody damaged nothing has to be known.
        if self._described(name) is None:
            raise secret_text.unknown(name)
        with self._asked(name):
            self._client.delete_secret(SecretId=self._id(name), ForceDeleteWithoutRecovery=True)

    def find(self, name: str) -> Secret:
        found = self._found(name)
        if found is None:
            raise secret_text.unknown(name)
        return found

    def known(self) -> Sequence[Secret | DamagedSecret]:
        items = {item["Name"].removeprefix(self._prefix): item for item in self._listed()}
        return [secret_text.or_damaged(name, partial(_of, items[name], name)) for name in sorted(items)]

    def value(self, name: str, skill: str) -> str:
        if skill not in self.find(name).skills:
            raise secret_text.unknown(name)
        with self._asked(name):
            answer = self._client.get_secret_value(SecretId=self._id(name))
        text = answer.get("SecretString")
        if not isinstance(text, str):
            raise CorruptedError(f"The secret {name} holds no text: set it again.")
        return text

    def _listed(self) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"Filters": [{"Key": "name", "Values": [self._prefix]}], "MaxResults": _PAGE}
        while True:
            with translated(_WHAT):
                answer = self._client.list_secrets(**asked)
            # The filter takes no notice of case, and others keep secrets there as well.
            for item in answer["SecretList"]:
                name = item["Name"]
                if name.startswith(self._prefix) and secrets.NAME.fullmatch(name.removeprefix(self._prefix)):
                    yield item
            if "NextToken" not in answer:
                return
            asked["NextToken"] = answer["NextToken"]

    def _found(self, name: str) -> Secret | None:
        item = self._described(name)
        return None if item is None else _of(item, name)

    def _described(self, name: str) -> dict[str, Any] | None:
        if not secrets.NAME.fullmatch(name):
            return None
        with translated(_WHAT):
            try:
                item: dict[str, Any] = self._client.describe_secret(SecretId=self._id(name))
            except ClientError as error:
                if code(error) != "ResourceNotFoundException":
                    raise
                return None
        return None if "DeletedDate" in item else item

    def _create(self, secret: Secret, text: str) -> bool:
        with translated(_WHAT):
            try:
                self._client.create_secret(
                    Name=self._id(secret.name), SecretString=text, Description=secret_text.text(secret)
                )
            except ClientError as error:
                if code(error) != "ResourceExistsException":
                    raise
                return False
        return True

    @contextlib.contextmanager
    def _asked(self, name: str) -> Iterator[None]:
        """One that was removed meanwhile is not there."""
        with translated(_WHAT):
            try:
                yield
            except ClientError as error:
                if code(error) != "ResourceNotFoundException":
                    raise
                raise secret_text.unknown(name) from error

    def _id(self, name: str) -> str:
        return self._prefix + name


def _of(item: dict[str, Any], name: str) -> Secret:
    return secret_text.secret(name, item.get("Description") or "")
