"""The GitHub App that the registry works as, and the one repository that it works on."""

from dataclasses import dataclass, field

API = "https://api.github.com"
WEB = "https://github.com"


@dataclass(frozen=True, slots=True)
class RegistryApp:
    """`repository` is `owner/name`. The numeric ids are what counts: a name can be given to another repository.

    `installation_id` is that of the App in the owner's account, `private_key` its PEM. `api` and `web` are other URLs for
    GitHub Enterprise.
    """

    app_id: int
    installation_id: int
    private_key: str = field(repr=False)
    repository: str
    repository_id: int
    owner_id: int | None = None
    api: str = API
    web: str = WEB

    @property
    def location(self) -> str:
        """Where Git finds the repository; without credentials."""
        return f"{self.web.rstrip('/')}/{self.repository}.git"
