"""What the `_meta` of an answer says about where its content comes from."""

from typing import Final

from mcpskills.version import Version

PREFIX: Final = "io.openmcpskills/"


def of(version: Version) -> dict[str, object]:
    """Skill, version number and package digest, under our own prefix as the MCP specification asks."""
    return {
        f"{PREFIX}skill": version.skill,
        f"{PREFIX}version": version.number,
        f"{PREFIX}digest": version.digest,
    }
