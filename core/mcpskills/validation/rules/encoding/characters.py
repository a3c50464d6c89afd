"""Finding rare characters in large texts."""

_ASCII = bytes(range(128))


def foreign(text: str) -> str:
    """The characters of a text that are not ASCII, in their order; cheap even for megabytes."""
    if text.isascii():
        return ""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
