"""How much of parameters and results is recorded: nothing, their structure without what is secret or long, or all of it.

Whatever the policy, `hiding.py` takes credentials out.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from mcpskills.validation.rules.secrets.hits import redacted as without_secrets
from mcpskills_server.mcp.wire import UNREADABLE
from mcpskills_server.recording import hiding
from mcpskills_server.recording.policy import Policy

MASKED: Final = "[redacted]"
LONGEST: Final = 200
"""Characters of a text that are left, redacted."""

MOST_VALUES: Final = 200
"""Values of a body that are left, redacted."""

MOST_DEPTH: Final = 12

MOST_BYTES: Final = 64 * 1024
"""Of a body of which anything is left, redacted: reading a longer one holds up everything else."""

_LEFT_OUT: Final = "…"
_SECRETIVE: Final = re.compile(
    r"pass(?:word|wd|phrase|code)|secret|token|authori[sz]ation|api[-_]?key|credential|cookie|private[-_]?key|signature|bearer",
    re.IGNORECASE,
)
_DIGEST: Final = re.compile(r"\"(?:sha256:|)[0-9a-f]{40,64}\"")
"""Almost every answer has some, and each would be looked at for long, as random text is."""

_OFTEN: Final = 8 * 1024
"""Characters of a body that is remembered: what skills say is said again and again."""

_encode: Final = msgspec.json.Encoder().encode


def kept(body: bytes | None, policy: Policy, own: Sequence[str]) -> str | None:
    """What is recorded of a body in JSON; `own` are the credentials of the request. None for nothing, and for what is no JSON."""
    if body is None or policy == "off":
        return None
    if policy == "redacted" and len(body) > MOST_BYTES:
        return f'"{_LEFT_OUT} {len(body)} bytes"'
    try:
        # Read and written anew, so that no credential hides behind escapes.
        value = msgspec.json.decode(body)
        if policy == "full":
            return hiding.hide(_encode(value).decode(), own)
        text = hiding.hide(_encode(_Shortening(own).of(value)).decode(), own)
        return _cleaned_before(text) if len(text) <= _OFTEN else _cleaned(text)
    except UNREADABLE:
        return None


def _cleaned(text: str) -> str:
    others = _DIGEST.sub('""', text)
    if without_secrets(others) == others:
        return text
    cleaned = without_secrets(text)
    # A secret that reaches over the end of a string takes the structure along.
    msgspec.json.decode(cleaned.encode())
    return cleaned


_cleaned_before: Final = lru_cache(512)(_cleaned)


@lru_cache(1_024)
def _is_secretive(name: str) -> bool:
    """Whether a secret stands under such a name. Most bodies have the same names again and again."""
    return _SECRETIVE.search(name) is not None


class _Shortening:
    """A value with its structure and little else, made once."""

    def __init__(self, own: Sequence[str]) -> None:
        self._own = own
        self._reach = LONGEST + max(map(len, own), default=0)
        self._left = MOST_VALUES

    def of(self, value: object, depth: int = MOST_DEPTH) -> object:
        self._left -= 1
        if isinstance(value, str):
            return value if len(value) <= LONGEST else self._text(value)
        if isinstance(value, dict):
            return self._object(value, depth - 1)
        if isinstance(value, list):
            return self._list(value, depth - 1)
        return value

    def _text(self, value: str) -> str:
        # Cut in the middle, a credential would not be known any more.
        return hiding.hide(value[: self._reach], self._own)[:LONGEST] + _LEFT_OUT

    def _object(self, value: dict[str, Any], depth: int) -> object:
        shortened: dict[str, object] = {}
        for name, each in value.items():
            if self._left <= 0 or depth <= 0:
                shortened[_LEFT_OUT] = f"{len(value) - len(shortened)} more"
                break
            if len(name) <= LONGEST:
                kept, is_secret = name, _is_secretive(name)
            else:
                kept, is_secret = self._text(name), _SECRETIVE.search(name) is not None
            if is_secret and each is not None:
                shortened[kept] = MASKED
            elif type(each) is str and len(each) <= LONGEST:
                # As `of` does: nearly all are such, and a call for each is a sixth of the time that all of it takes.
                self._left -= 1
                shortened[kept] = each
            else:
                shortened[kept] = self.of(each, depth)
        return shortened

    def _list(self, value: list[Any], depth: int) -> object:
        shortened: list[object] = []
        for each in value:
            if self._left <= 0 or depth <= 0:
                shortened.append(f"{_LEFT_OUT} {len(value) - len(shortened)} more")
                break
            shortened.append(self.of(each, depth))
        return shortened
