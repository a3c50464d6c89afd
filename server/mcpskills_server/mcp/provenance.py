"""What the `_meta` of an answer says about where its content comes from."""

from typing import Final

from mcpskills.version import Version

PREFIX: Final = "io.openmcpskills/"


def of(version: Version) -> dict[str, object]:
    """Skill, version number, package digest and commit, under our own prefix as the MCP specification asks."""
    return {
        f"{PREFIX}skill": version.skill,
        f"{PREFIX}version": version.number,
        f"{PREFIX}digest": version.digest,
        f"{PREFIX}commit": version.origin.commit,
    }


def vouched(version: Version) -> dict[str, object]:
    """All of that, and the signed envelope by which whoever has the public key verifies it. A few kilobytes."""
    return {**of(version), f"{PREFIX}provenance": version.provenance}
