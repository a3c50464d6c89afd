"""Is a text that looks like a secret one that was made up for a manual?"""

import math
import re
from collections import Counter
from itertools import pairwise

_WORDS = re.compile(
    r"example|sample|dummy|fake|placeholder|your|changeme|change[_-]me|replace|insert|redacted|xxx|\.\.\.|\*\*\*|…"
    r"|todo|foobar|foo[_-]?bar|test[_-]?(?:key|token|secret|only)|not[_-]?a?[_-]?real|abcd?123|123abc|qwerty|deadbeef|lorem"
    r"|sk-here|key-here|token-here|goes[_-]?here|my[_-]?(?:secret|token|key|password)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"[<>{}$%]|\[\w+\]")
_REPEATED = re.compile(r"(.)\1{4}")
_LONG = 16
_LEAST_ENTROPY = 2.6
_DOCUMENTED = frozenset({
    # Bot tokens and keys that their issuers print in their own manuals and emulators.
    "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcQ",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
})  # fmt: skip


def is_placeholder(secret: str) -> bool:
    """Words that say so, a template's brackets, one character over and over, an alphabet, or too little variety for chance."""
    return bool(
        _WORDS.search(secret)
        or _TEMPLATE.search(secret)
        or any(documented in secret for documented in _DOCUMENTED)
        or _repeats(secret)
        or any(_ascends(part) for part in (secret, secret[::2], secret[1::2]))
        or entropy(secret) < _LEAST_ENTROPY
    )


def entropy(text: str) -> float:
    """Shannon's, in bits for each character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values()) if text else 0.0


def _repeats(secret: str) -> bool:
    return bool(_REPEATED.search(secret))


def _ascends(secret: str) -> bool:
    lower = secret.lower()
    least, length = (5 if len(secret) >= _LONG else 4), 1
    for before, after in pairwise(lower):
        length = length + 1 if ord(after) - ord(before) == 1 else 1
        if length == least:
            return True
    return False
