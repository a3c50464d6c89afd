"""What no record may hold, whatever the policy: credentials, those of the request itself and whatever looks like one of ours."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final

from mcpskills.api_key import PREFIX

HIDDEN: Final = "[hidden]"

_CARRY: Final = {b"authorization": 0, b"x-api-key": 0, b"proxy-authorization": 1, b"cookie": 2}
"""Headers that say who calls, those that we read before others."""

_SHORTEST: Final = 4
"""Of a credential that is looked for; a shorter one would stand in any text."""

_MOST: Final = 32
"""Credentials of one request that are looked for: a header of a thousand words would have every text read a thousand times."""

_SHAPES: Final = {
    PREFIX: re.compile(rf"{PREFIX}[\w.~+/-]{{4,}}"),  # an API key, or what is left of one that was cut
    "eyJ": re.compile(r"eyJ[\w-]{6,}(?:\.[\w-]*)*"),  # a token (RFC 7519), or what is left of one
    "earer": re.compile(r"\b[Bb]earer\s+[\w.~+/=-]{6,}"),
    "asic": re.compile(r"\b[Bb]asic\s+[\w.~+/=-]{6,}"),
}
"""By what each cannot be without: to look for that takes no time."""


def credentials(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """What a request said to be let in, in every spelling in which a text may repeat it; the longest first."""
    # What lets somebody in comes first: no other header may take its place.
    carrying = sorted(((_CARRY[name], value) for name, value in headers if name in _CARRY), key=itemgetter(0))
    spelt = (spelling for _, value in carrying for spelling in _spellings(value.decode("latin-1")))
    return tuple(sorted(set(itertools.islice(spelt, _MOST)), key=len, reverse=True))


def hide(text: str, own: Sequence[str]) -> str:
    """The text without credentials; `own` are those of the request."""
    for credential in own:
        text = text.replace(credential, HIDDEN)
    for sign, shape in _SHAPES.items():
        if sign in text:
            text = shape.sub(HIDDEN, text)
    return text


def _spellings(value: str) -> Iterator[str]:
    for part in dict.fromkeys((value.strip(), *value.split(maxsplit=_MOST))):
        if len(part) >= _SHORTEST and part.lower() not in {"bearer", "basic"}:
            yield part
            yield json.dumps(part, ensure_ascii=False)[1:-1]
