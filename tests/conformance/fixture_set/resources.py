"""Resources of the suite, under `test://`."""

import json
import re

import mcp_types as types

from conformance.fixture_set.contents import PICTURE

SCHEME = "test://"
TEXTS = {
    "test://static-text": "This is the content of the static text resource.",
    "test://watched-resource": "Watched resource content",
}
BINARY = "test://static-binary"
TEMPLATE = "test://template/{id}/data"

LISTED = [types.Resource(uri=uri, name=uri.removeprefix(SCHEME), mime_type="text/plain") for uri in TEXTS] + [
    types.Resource(uri=BINARY, name="static-binary", mime_type="image/png")
]
TEMPLATES = [types.ResourceTemplate(uri_template=TEMPLATE, name="template", mime_type="application/json")]

_FILLED = re.compile(r"test://template/([^/]+)/data")


def contents(uri):
    """What such a URI names; None where nothing does."""
    if uri in TEXTS:
        return types.TextResourceContents(uri=uri, mime_type="text/plain", text=TEXTS[uri])
    if uri == BINARY:
        return types.BlobResourceContents(uri=uri, mime_type="image/png", blob=PICTURE)
    if filled := _FILLED.fullmatch(uri):
        told = {"id": filled[1], "templateTest": True, "data": f"Data for ID: {filled[1]}"}
        return types.TextResourceContents(uri=uri, mime_type="application/json", text=json.dumps(told))
    return None
