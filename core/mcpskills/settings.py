"""What the settings of all deployables share; for composition roots only, because the base install lacks pydantic-settings."""

import ipaddress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, get_args

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from mcpskills import tenant
from mcpskills.errors import InvalidInputError

_PREFIX = "MCPSKILLS_"

SIGNING_KEY = Path("keys", "signing.pem")
"""Where a publisher keeps its key unless told otherwise, below the tenant's folder; the public half stands beside it."""

PEPPER = Path("keys", "pepper")
"""Where one machine keeps what it makes digests of API keys with, below the data directory."""

KMS = "kms:"
"""Before the id, ARN or alias of a signing key in AWS KMS."""


SECRETS_KEYS = "-keys"
"""What the name of the folder of keys has more than that of the data directory, which it stands beside."""

MOST_TENANTS = 100
"""Of one server: each is followed and kept in memory whether anybody asks for it or not."""

_REGISTRY = frozenset(
    {
        "registry",
        "github_repository",
        "github_repository_id",
        "github_owner_id",
        "github_installation_id",
        "webhook_secrets",
    }
)
"""What leads to one registry repository: where there are several tenants, no tenant has it from anywhere but its own entry."""

OWN = _REGISTRY | {
    "allowed_signers",
    "branch",
    "github_api",
    "github_app_id",
    "github_private_key",
    "github_web",
    "oidc_audiences",
    "oidc_client_ids",
    "oidc_default_role",
    "oidc_groups_claims",
    "oidc_issuer",
    "oidc_jwks_url",
    "oidc_roles",
    "oidc_scope_prefix",
    "oidc_scopes",
    "package_cache_bytes",
    "package_disk_bytes",
    "page_size",
    "plan",
    "public_url",
    "reconcile_seconds",
    "signing_key",
    "trusted_keys",
}
"""What an entry of `MCPSKILLS_TENANTS` may say, of whichever deployable; the rest is the same for all."""


def _network(text: str) -> str:
    """As it is; anything but an address or a network would be believed of nobody, or of everybody."""
    ipaddress.ip_network(text)
    return text


def _tenant(name: str) -> str:
    if not tenant.is_name(name):
        raise ValueError(f"expected {tenant.FORM}")
    return name


Proxy = Annotated[str, AfterValidator(_network)]
"""Address or network of a proxy that is believed when it says whom it passes on; see `process.serve`."""


class Storage(StrEnum):
    """Where packages and catalog are kept: in the data directory, or in S3 and DynamoDB."""

    EMBEDDED = "embedded"
    AWS = "aws"


class Environment(BaseSettings):
    """Settings of one deployable, read once and never changed."""

    @classmethod
    def read(cls, **options: Any) -> Self:
        """From the environment; options win over it. Raises `InvalidInputError` that names the variable."""
        try:
            return cls(**options)
        except ValidationError as error:
            first = error.errors()[0]
            field = "".join(str(part) for part in first["loc"][:1])
            found = "" if cls._keeps_secret(field) else f", got {first['input']!r}"
            name, said = cls.model_config["env_prefix"] + field.upper(), first["msg"].removeprefix("Value error, ")
            raise InvalidInputError(f"{name}: {said}{found}. See docs/settings.md.") from error
        except SettingsError as error:
            raise InvalidInputError(f"{error}. A list is written as JSON. See docs/settings.md.") from error

    @classmethod
    def _keeps_secret(cls, field: str) -> bool:
        """Whether the value may not be shown, as a whole or a part of it."""
        return field not in cls.model_fields or field == "tenants" or _holds_secret(cls.model_fields[field].annotation)


class Settings(Environment):
    """Environment variables are these names in capitals, with the prefix `MCPSKILLS_`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True)

    data: Path = Path(".mcpskills")
    tenant: Annotated[str, AfterValidator(_tenant)] = tenant.DEFAULT
    tenants: dict[str, dict[str, Any]] = Field(default_factory=dict, max_length=MOST_TENANTS, repr=False)
    registry: str | None = None
    branch: str = "main"
    storage: Storage = Storage.EMBEDDED
    redis_url: SecretStr | None = None
    s3_bucket: str | None = None
    s3_prefix: str = ""
    s3_kms_key: str | None = None
    dynamodb_prefix: str = "mcp-"
    aws_region: str | None = None
    aws_endpoint: str | None = None
    s3_endpoint: str | None = None
    dynamodb_endpoint: str | None = None
    kms_endpoint: str | None = None
    secretsmanager_endpoint: str | None = None
    secrets_keys: Path | None = None
    secrets_prefix: str = Field(default="mcpskills/", pattern=r"^(?:[A-Za-z0-9_.-]+/)*$")
    key_pepper: SecretStr | None = None
    key_pepper_earlier: SecretStr | None = None
    github_repository: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$")
    github_repository_id: int | None = Field(default=None, ge=1)
    github_owner_id: int | None = Field(default=None, ge=1)
    github_app_id: int | None = Field(default=None, ge=1)
    github_installation_id: int | None = Field(default=None, ge=1)
    github_private_key: SecretStr | None = None
    github_api: str | None = None
    github_web: str | None = None
    hsts_seconds: int = Field(default=0, ge=0)

    @property
    def location(self) -> str:
        """Path or URL of a registry repository that is on no forge."""
        return self.registry or str(self.own / "registry.git")

    @property
    def own(self) -> Path:
        """The folder in the data directory of what is this tenant's alone; tables that tell tenants apart are beside it."""
        return self.data / tenant.place(self.tenant)

    def each(self) -> dict[str, Self]:
        """The settings of every tenant that is served, by its name; without `tenants`, of the one alone.

        Raises `InvalidInputError` for an entry that is none, or when the process's own tenant has none.
        """
        if not self.tenants:
            return {self.tenant: self}
        if self.tenant not in self.tenants:
            raise InvalidInputError(
                f"MCPSKILLS_TENANT: expected one of those in MCPSKILLS_TENANTS, got {self.tenant!r}. Who names no tenant is "
                "answered as it. See docs/settings.md."
            )
        return {name: self._of(name, entry) for name, entry in self.tenants.items()}

    def _of(self, name: str, entry: dict[str, Any]) -> Self:
        if odd := sorted(entry.keys() - OWN):
            raise InvalidInputError(f"MCPSKILLS_TENANTS: {name!r} says {odd[0]!r}; expected {', '.join(sorted(OWN))}.")
        fields = type(self).model_fields
        shared = {field: getattr(self, field) for field in self.model_fields_set}
        without = {field: fields[field].get_default(call_default_factory=True) for field in _REGISTRY & fields.keys()}
        said = {field: value for field, value in entry.items() if field in fields}
        try:
            return self.read(**{**shared, **without, **said, "tenant": name, "tenants": {}})
        except InvalidInputError as error:
            raise InvalidInputError(f"MCPSKILLS_TENANTS: {name!r}: {error.message}") from error


def _holds_secret(kind: Any) -> bool:
    return kind is SecretStr or any(map(_holds_secret, get_args(kind)))
