# ruff: noqa: RUF001  letters of other scripts stand here because other languages do
"""Phrases that set an agent against the people it works for: shared by the rules about open and hidden text."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mcpskills.validation.rules.instructions.shadow import Shadow

# What people and attackers put between words, line breaks included.
_S = r"[\s_*.,\"'-]{1,4}"
_OLD = "previous|prior|above|earlier|preceding|existing|original|initial|system|developer|safety|security|core|default"
_ORDERS = (
    "instructions?|prompts?|rules?|guidelines?|directions?|directives?|context|messages?|policy|policies|constraints?"
    "|safeguards?|commands?"
)
_TARGET = (
    rf"(?:(?:all|any|the|your|of|these|those|every|my|its|their){_S}){{0,3}}(?:{_OLD})(?:{_S}\w{{1,15}}){{0,2}}?"
    rf"{_S}(?:{_ORDERS})\b"
)
_TELL = "tell|inform|notify|alert|warn|mention|reveal|disclose"
_TELLING = "telling|informing|notifying|alerting|warning|mentioning"
_USER = rf"(?:the{_S}|your{_S})?(?:user|human|operator|owner)"


class Phrase(NamedTuple):
    """`anchors` are those of `Shadow.present`; `signs` stand for languages whose words have other letters than ASCII."""

    anchors: Mapping[str, str]
    pattern: str
    signs: tuple[str, ...] = ()


def _themselves(*words: str) -> dict[str, str]:
    return {word: word for word in words}


_PHRASES = (
    Phrase(
        {
            "ignore": "ignor",
            "ignoring": "ignor",
            "disregard": "disregard",
            "disregarding": "disregard",
            "forget": "forget",
            "override": "overrid",
            "overrides": "overrid",
            "bypass": "bypass",
            "circumvent": "circumvent",
        },
        rf"\b(?:ignore|ignoring|disregard|disregarding|forget|override|overrides|bypass|circumvent){_S}{_TARGET}",
    ),
    Phrase(
        {"follow": "follow", "following": "follow", "obey": "obey", "obeying": "obey"},
        rf"\b(?:do{_S}not|don'?t|stop|never){_S}(?:follow|following|obey|obeying){_S}{_TARGET}",
    ),
    Phrase(
        _themselves("dan", "jailbroken", "unrestricted", "unfiltered", "bound", "developer", "god"),
        rf"\byou(?:{_S}are|'re){_S}(?:now|no{_S}longer){_S}(?:in{_S}|an?{_S})?"
        rf"(?:dan\b|jailbroken|unrestricted|unfiltered|bound{_S}by|developer{_S}mode|god{_S}mode)",
    ),
    Phrase(
        _themselves("tell", "inform", "notify", "alert", "warn", "mention", "reveal", "disclose"),
        rf"\b(?:do{_S}not|don'?t|never){_S}(?:{_TELL}){_S}(?:(?:any|of|this|it|that|to|about"
        rf"|anything){_S}){{0,4}}{_USER}"
        rf"{_S}(?:about|that{_S}you|of){_S}(?:this|it|these|what|doing|your)\b",
    ),
    Phrase(
        _themselves("without"),
        rf"\bwithout{_S}(?:(?:{_TELLING}){_S}(?:(?:it|this|that|anything|to){_S}){{0,2}}{_USER}\b"
        rf"|(?:the{_S})?(?:user|human)(?:'?s)?{_S}(?:knowledge|knowing|noticing|awareness)\b)",
    ),
    Phrase(
        _themselves("secretly", "silently", "covertly", "quietly"),
        rf"\b(?:secretly|silently|covertly|quietly){_S}"
        r"(?:send|upload|exfiltrate|transmit)\b",
    ),
    Phrase(
        dict.fromkeys(("ignora", "ignore", "ignorar", "ignorez", "ignorer", "ignoriere", "ignorieren"), "ignor"),
        rf"\bignor(?:a|e|ar|ez|er|iere|ieren){_S}(?:\w{{1,10}}{_S}){{0,3}}?"
        r"(?:instrucciones|instructions\s(?:pr|ci|ant)|anweisungen|instruções|istruzioni|regeln|reglas)",
    ),
    Phrase(
        {},
        r"(?:忽略|无视|無視)(?:之前|以上|先前|前面|上述|所有|你)[^\n]{0,8}?(?:指令|指示|提示|说明|規則|规则)"
        r"|(?:以前|前|上記|これまで)の(?:すべての)?(?:指示|命令)を?[^\n]{0,3}無視"
        rf"|\bигнорируй(?:те)?{_S}(?:\w{{1,12}}{_S}){{0,2}}?(?:инструкции|указания|правила)\b",
        ("忽略", "無視", "无视", "игнорируй"),
    ),
)
_COMPILED = tuple((phrase, re.compile(phrase.pattern)) for phrase in _PHRASES)


def overrides(shadow: Shadow) -> Iterator[tuple[int, int]]:
    """Where a text says such a thing."""
    for phrase, pattern in _COMPILED:
        anchors = (*shadow.present(phrase.anchors), *(() if shadow.text.isascii() else phrase.signs))
        yield from (match.span() for match in shadow.near(pattern, *anchors, reach=100))


def overrides_in(text: str) -> bool:
    """Whether a short text in lower case says such a thing."""
    return any(pattern.search(text) for _, pattern in _COMPILED)
