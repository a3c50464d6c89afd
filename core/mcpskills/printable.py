"""Showing text that comes from a skill: nothing in it may move a cursor, hide or pretend."""

SHOWN = 60
"""Characters of a skill's own text that a message repeats."""


def printable(text: str, limit: int = SHOWN) -> str:
    """The text, shortened to `limit` characters, with everything escaped that a terminal or a reader could stumble over."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)


def quoted(text: str, limit: int = SHOWN) -> str:
    """A skill's own text inside a message."""
    return f"`{printable(text, limit)}`"
