"""What no record may hold, whatever the policy: credentials, those of the request itself and whatever looks like one of ours."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mcpskills.api_key import PREFIX

HIDDEN: Final = "[hidden]"

_CARRY: Final = frozenset({b"authorization", b"x-api-key", b"cookie", b"proxy-authorization"})
"""Headers that say who calls."""

_SHORTEST: Final = 4
"""Of a credential that is looked for; a shorter one would stand in any text."""

_SHAPES: Final = re.compile(
    rf"{PREFIX}[\w.~+/-]{{4,}}"  # an API key, or what is left of one that was cut
    r"|eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*"  # a token (RFC 7519)
    r"|\b(?:bearer|basic)\s+[\w.~+/=-]{6,}",
    re.IGNORECASE,
)


def credentials(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """What a request said to be let in, in every spelling in which a text may repeat it; the longest first."""
    said = {spelling for name, value in headers if name in _CARRY for spelling in _spellings(value.decode("latin-1"))}
    return tuple(sorted(said, key=len, reverse=True))


def hide(text: str, own: Sequence[str]) -> str:
    """The text without credentials; `own` are those of the request."""
    for credential in own:
        text = text.replace(credential, HIDDEN)
    return _SHAPES.sub(HIDDEN, text)


def _spellings(value: str) -> Iterator[str]:
    for part in {value.strip(), *value.split()}:
        if len(part) >= _SHORTEST and part.lower() not in {"bearer", "basic"}:
            yield part
            yield json.dumps(part, ensure_ascii=False)[1:-1]
