"""What the suite's fixtures answer with: words, a picture, a sound, a resource."""

import mcp_types as types

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
SOUND = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="

IMAGE = types.ImageContent(data=PICTURE, mime_type="image/png")
AUDIO = types.AudioContent(data=SOUND, mime_type="audio/wav")


def words(text):
    return types.TextContent(text=text)


def embedded(uri, text, mime_type="text/plain"):
    return types.EmbeddedResource(resource=types.TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def said(*content):
    """The result of a tool; text may be given as such."""
    return types.CallToolResult(content=[words(item) if isinstance(item, str) else item for item in content])
