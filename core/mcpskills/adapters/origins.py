"""Where the registry repository stands, by the settings: the part of the composition roots that is about content.

GitHub's library is imported in the branch that needs it, so that a plain repository pays for no forge; what reads Git when it is
opened, so that a server nobody asks for proposals does without.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mcpskills import outbound
from mcpskills.adapters.git.location import Location
from mcpskills.adapters.github.app import API, WEB, RegistryApp
from mcpskills.errors import InvalidInputError
from mcpskills.ports import CommitReports, Forge
from mcpskills.settings import Settings

if TYPE_CHECKING:
    from mcpskills.adapters.git.repository import GitRepository


class Origin(Protocol):
    """The registry repository. Every repository that is opened has one caller at a time, and a folder of mirrors of its own."""

    @property
    def location(self) -> Location:
        """Where Git finds it."""

    @property
    def registry(self) -> str:
        """The id that versions are signed with: `github:<numeric id>`, else the location without credentials."""

    def repository(self, mirrors: Path) -> "GitRepository":
        """The repository, to be read. Raises `UnavailableError`."""

    def forge(self, mirrors: Path, branch: str) -> Forge:
        """Where proposals against the branch live. Raises `UnavailableError`."""

    def reports(self) -> CommitReports | None:
        """Where to say what became of a commit; None when nobody shows it there."""


def origin(settings: Settings) -> Origin:
    """The registry repository that the settings name. Raises `InvalidInputError` for settings that are half there."""
    app = _github_app(settings)
    if app is None:
        return PlainOrigin(Location(settings.location))
    from mcpskills.adapters.github.origin import GitHubOrigin  # noqa: PLC0415 heavy, and not for a plain repository

    return GitHubOrigin(app)


@dataclass(frozen=True, slots=True)
class PlainOrigin:
    """A path or a URL, with proposals as branches and records in the repository itself."""

    location: Location

    @property
    def registry(self) -> str:
        return self.location.shown

    def repository(self, mirrors: Path) -> "GitRepository":
        from mcpskills.adapters.git.repository import GitRepository  # noqa: PLC0415 see above

        return GitRepository.open(self.location.text, mirrors)

    def forge(self, mirrors: Path, branch: str) -> Forge:
        from mcpskills.adapters.git.forge import LocalForge  # noqa: PLC0415 see above

        return LocalForge(self.repository(mirrors), branch)

    def reports(self) -> None:
        return None


def _github_app(settings: Settings) -> RegistryApp | None:
    """None when nothing but the ids is given: a webhook needs those two alone."""
    named, app_id = settings.github_repository, settings.github_app_id
    installation_id, private_key = settings.github_installation_id, settings.github_private_key
    if all(given is None for given in (named, app_id, installation_id, private_key)):
        return None
    repository_id, owner_id = settings.github_repository_id, settings.github_owner_id
    if not (named and app_id and installation_id and private_key and repository_id and owner_id):
        raise InvalidInputError(_missing(settings))
    if settings.registry is not None:
        raise InvalidInputError(
            f"MCPSKILLS_REGISTRY: expected none, because MCPSKILLS_GITHUB_REPOSITORY names the registry repository; found "
            f"{Location(settings.registry).shown}. Leave one of the two out, see docs/github.md."
        )
    return RegistryApp(
        app_id=app_id,
        installation_id=installation_id,
        private_key=private_key.get_secret_value(),
        repository=named,
        repository_id=repository_id,
        owner_id=owner_id,
        api=outbound.confidential(settings.github_api or API, "MCPSKILLS_GITHUB_API"),
        web=outbound.confidential(settings.github_web or WEB, "MCPSKILLS_GITHUB_WEB"),
    )


_NEEDED = (
    "github_repository",
    "github_repository_id",
    "github_owner_id",
    "github_app_id",
    "github_installation_id",
    "github_private_key",
)


def _missing(settings: Settings) -> str:
    given = [f"MCPSKILLS_{name.upper()}" for name in _NEEDED if getattr(settings, name)]
    missing = [f"MCPSKILLS_{name.upper()}" for name in _NEEDED if not getattr(settings, name)]
    return (
        f"{', '.join(missing)}: expected a value, because a registry repository on GitHub is worked on by an App and "
        f"{given[0]} is set; found none. See docs/github.md."
    )
