"""Finding rare characters in large texts."""

from functools import lru_cache

_ASCII = bytes(range(128))


# Several rules ask about the same text, and about its shadow.
@lru_cache(maxsize=2)
def foreign(text: str) -> str:
    """The characters of a text that are not ASCII, in their order; cheap even for megabytes."""
    if text.isascii():
        return ""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
