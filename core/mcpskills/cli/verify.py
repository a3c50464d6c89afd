"""`mcpskills verify NAME[@N]`: who vouches for a version, and whether Git still gives the same package."""

import contextlib
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mcpskills import provenance
from mcpskills.adapters.git.rebuilding import rebuild
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask, skill_path
from mcpskills.cli.tables import print_fields, print_json, print_line, second, standing
from mcpskills.errors import CorruptedError, InvalidInputError, NotFoundError, RevokedError, UnavailableError
from mcpskills.printable import quoted
from mcpskills.provenance import CommitSignature, Provenance
from mcpskills.settings import SIGNING_KEY
from mcpskills.tenant import place
from mcpskills.version import StandingKind

if TYPE_CHECKING:
    from mcpskills.adapters.signing.verifying import TrustedKeys

_WANTED = re.compile(r"([^@]+)(?:@v?([1-9][0-9]{0,8}))?")


def verify(
    skill: Annotated[str, typer.Argument(metavar="NAME[@N]", help="A skill, and a version; else the live one.")],
    *,
    repository: Annotated[
        Path | None,
        typer.Option(
            "--repository", "-r", metavar="DIR", help="A clone of the registry repository; else the one in --data."
        ),
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option("--key", "-k", metavar="FILE", help="A trusted public key in PEM; else the one in --data."),
    ] = None,
    data: Annotated[
        Path, typer.Option(metavar="DIR", envvar="MCPSKILLS_DATA", help="The data directory of `mcpskills up`.")
    ] = Path(".mcpskills"),
    tenant: Annotated[
        str, typer.Option(metavar="NAME", help="The tenant that the version was published for.")
    ] = "default",
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Verify a version: a trusted key vouches for it, and the package built anew from Git has the digest that was signed.

    The server is believed nothing but that a version was yanked or revoked. Exits with 0 when everything agrees, else with 1, and
    with 1 for a version that was revoked.

    Example: `mcpskills verify pdf-forms@3 --repository ~/registry --key publisher.pub.pem`
    """
    name, number = _wanted(skill)
    own = data / place(tenant)
    trusted = _trusted(key, own)
    listed = _listed(url, name, number)
    envelope = ask(url, "GET", skill_path(name, "versions", str(listed["number"]), "provenance"))["envelope"]
    stated = provenance.read(trusted.verify(envelope, provenance.PAYLOAD_TYPE))
    _compare(f"version {listed['number']} of {name!r}", stated, name, listed)
    _require_tenant(stated, tenant)
    built = _rebuilt(repository or own / "registry.git", stated)
    if built != stated.digest:
        raise CorruptedError(
            f"The folder {stated.origin.path} of the commit {stated.origin.commit} gives the package {built}, but "
            f"{stated.digest} was signed. Either this program builds packages in another way than {stated.builder.name} "
            f"{stated.builder.version} did, or the publisher was made to sign something else."
        )
    _tell(stated, trusted.signer(envelope, provenance.PAYLOAD_TYPE), listed["standing"], as_json=as_json)
    if listed["standing"] and listed["standing"]["kind"] == StandingKind.REVOKED.value:
        raise RevokedError(
            f"Version {listed['number']} of {name!r} is what was signed, but it was revoked: {listed['standing']['reason']}"
        )


def _require_tenant(stated: Provenance, tenant: str) -> None:
    if stated.tenant != tenant:
        raise CorruptedError(
            f"It was signed for the tenant {quoted(stated.tenant)}, not for {quoted(tenant)}: what another tenant published is "
            "shown as this one's, or --tenant has to name the right one."
        )


def _wanted(skill: str) -> tuple[str, int | None]:
    match = _WANTED.fullmatch(skill)
    if match is None:
        raise typer.BadParameter(f"{skill!r} is no NAME or NAME@NUMBER.", param_hint="NAME[@N]")
    return match[1], int(match[2]) if match[2] else None


def _trusted(keys: list[Path] | None, own: Path) -> "TrustedKeys":
    """Loaded here: the base install lacks `cryptography`, and its help lists this command all the same."""
    said = keys or [import_module("mcpskills.adapters.signing.file_key").public_path(own / SIGNING_KEY)]
    trusted: TrustedKeys = import_module("mcpskills.adapters.signing.verifying").TrustedKeys.read(said)
    return trusted


def _listed(url: str, name: str, number: int | None) -> dict[str, Any]:
    """What the server lists of the version; without a number, of the live one."""
    versions: list[dict[str, Any]] = ask(url, "GET", skill_path(name, "versions"))["versions"]
    found = next((each for each in versions if (each["live"] if number is None else each["number"] == number)), None)
    if found is None:
        what = "has no live version; name one as NAME@N" if number is None else f"has no version {number}"
        raise NotFoundError(f"The skill {name!r} {what}. `mcpskills versions {name}` lists them.")
    return found


def _compare(what: str, stated: Provenance, name: str, listed: dict[str, Any]) -> None:
    """A good envelope of another version must not pass for this one's."""
    rows = (
        ("skill", stated.skill, name),
        ("number", stated.number, listed["number"]),
        ("digest", stated.digest, listed["digest"]),
        ("commit", stated.origin.commit, listed["commit"]),
        ("path", stated.origin.path, listed["path"]),
        ("tree", stated.origin.tree, listed["tree"]),
    )
    for field, signed, said in rows:
        if signed != said:
            raise CorruptedError(
                f"The {field} of {what} is {quoted(str(said), 80)} by the server, and {quoted(str(signed), 80)} was signed."
            )


def _rebuilt(at: Path, stated: Provenance) -> str:
    """The digest of the package that the repository gives."""
    with contextlib.ExitStack() as opened:
        try:
            repository = GitRepository.open(str(at), at)
            opened.callback(repository.close)
            return rebuild(repository, stated.origin).digest
        except (InvalidInputError, UnavailableError) as error:
            raise type(error)(
                f"The package cannot be built anew from {at}: {error.message} Name an up to date clone of the registry "
                "repository with --repository."
            ) from error


def _tell(stated: Provenance, key_id: str, ruled: dict[str, Any] | None, *, as_json: bool) -> None:
    origin, review = stated.origin, stated.review
    if as_json:
        print_json(
            {
                "skill": stated.skill,
                "version": stated.number,
                "tenant": stated.tenant,
                "digest": stated.digest,
                "key_id": key_id,
                "repository": stated.repository,
                "commit": origin.commit,
                "path": origin.path,
                "tree": origin.tree,
                "proposal": review.proposal,
                "merger": review.merger,
                "signature": review.signature.state.value,
                "standing": ruled,
                "builder": f"{stated.builder.name} {stated.builder.version}",
            }
        )
        return
    print_line(
        f"{stated.skill} version {stated.number} is what {stated.builder.name} published, and Git gives the same."
    )
    print_fields(
        (
            ("Standing", standing(ruled)),
            ("Tenant", stated.tenant),
            ("Digest", stated.digest),
            ("Signed by", key_id),
            ("Repository", stated.repository),
            ("Commit", f"{origin.commit} by {origin.author}"),
            ("Folder", origin.path),
            ("Proposal", review.proposal),
            ("Merged by", review.merger),
            ("Commit signature", _signature(review.signature)),
            ("Published", second(stated.published_at.isoformat())),
        )
    )


def _signature(found: CommitSignature) -> str:
    by = f" {found.signer} ({found.key})" if found.signer else f" {found.key}" if found.key else ""
    return f"{found.state.value}{by}"
