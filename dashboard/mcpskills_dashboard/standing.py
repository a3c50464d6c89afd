"""How a skill or a version stands, in a word with a colour."""

from typing import Final

from mcpskills_dashboard import language
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain

_COLOURS: Final = {
    "ACTIVE": ("green", "check_circle"),
    "INACTIVE": ("gray", "pause_circle"),
    "ERROR": ("red", "error"),
    "DRAFT": ("blue", "edit_note"),
    "rollback": ("orange", "undo"),
    "promotion": ("violet", "push_pin"),
    "offline": ("gray", "pause_circle"),
    "yanked": ("orange", "remove_circle"),
    "revoked": ("red", "gpp_bad"),
    "live": ("green", "bolt"),
    "wanted": ("blue", "flag"),
}
"""The colour and the icon of what the API says; never the colour alone."""


def badge(word: str) -> str:
    """Markdown of a badge for a status, the kind of a hold or of a standing."""
    colour, icon = _COLOURS.get(word, ("gray", "circle"))
    return f":{colour}-badge[:material/{icon}: {named(word)}]"


def named(word: str) -> str:
    """The word in the reader's language."""
    key = f"standing.{word}"
    return say(key) if language.has(key) else plain(word)
