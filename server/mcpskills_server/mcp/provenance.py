"""What the `_meta` of an answer says about where its content comes from."""

from typing import Final

from mcpskills.version import Version

PREFIX: Final = "io.openmcpskills/"
ENVELOPE: Final = f"{PREFIX}provenance"


def of(version: Version) -> dict[str, object]:
    """Skill, version number and package digest, under our own prefix as MCP asks; the commit, if one is known."""
    said: dict[str, object] = {
        f"{PREFIX}skill": version.skill,
        f"{PREFIX}version": version.number,
        f"{PREFIX}digest": version.digest,
    }
    return said | ({f"{PREFIX}commit": version.origin.commit} if version.origin.commit else {})


def vouched(version: Version, envelope: str | None) -> dict[str, object]:
    """All of that, and the signed envelope by which whoever has the public key verifies it. A few kilobytes."""
    return of(version) | ({ENVELOPE: envelope} if envelope else {})
