"""What happens in a registry, as the audit trail and the timeline name it, in the reader's words."""

from typing import Final

from mcpskills_dashboard import language
from mcpskills_dashboard.language import say

COLOURS: Final = {
    "publish": "green",
    "promotion": "blue",
    "lift": "blue",
    "restore": "blue",
    "rollback": "orange",
    "offline": "orange",
    "yanked": "orange",
    "tombstone": "gray",
    "revoked": "red",
    "quarantine": "red",
    "release": "green",
    "restrict": "violet",
    "accept-history": "violet",
    "key-add": "violet",
    "key-rotate": "violet",
    "key-change": "violet",
    "key-revoke": "violet",
    "user-add": "violet",
    "user-change": "violet",
    "user-remove": "violet",
    "secret-set": "violet",
    "secret-grant": "violet",
    "secret-remove": "violet",
    "denied": "red",
}
"""Each action that we know, with the colour that Streamlit names. Others are shown by the name that the server gives them."""


def named(action: str) -> str:
    """The action in words; one that we do not know as it is."""
    key = f"actions.{action}"
    return say(key) if language.has(key) else action


def colour(action: str) -> str:
    return COLOURS.get(action, "gray")
