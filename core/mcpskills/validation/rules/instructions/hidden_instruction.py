"""SK038: what a comment hides from a reader is not addressed to the agent."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.override import overrides_in
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import Shadow, shadow_of

_OPEN, _CLOSE = "<!--", "-->"
_LONGEST = 10_000
_MOST = 500_000
_REFERENCE = re.compile(r"^[ ]{0,3}\[[^\]\n]{1,40}\]:[ \t]{0,5}(?:#|<>)[ \t]{0,5}([\"'(][^\n]{20,2000})", re.MULTILINE)
_UNSEEN = re.compile(
    r"<\w{1,10}\b[^>\n]{0,200}?(?:display[ \t]{0,2}:[ \t]{0,2}none|visibility[ \t]{0,2}:[ \t]{0,2}hidden"
    r"|font-size[ \t]{0,2}:[ \t]{0,2}0"
    r"|opacity[ \t]{0,2}:[ \t]{0,2}0(?![.\d])|color[ \t]{0,2}:[ \t]{0,2}(?:white|#fff)"
    r"|[ \t]hidden)\b[^>\n]{0,200}>([^<]{20,2000}+)"
)
_STYLES = {
    "display": ("display:", "display :"),
    "visibility": ("visibility",),
    "font": ("font-size",),
    "opacity": ("opacity",),
    "color": ("color:", "color :"),
    "hidden": (" hidden",),
}
_ADDRESSED = re.compile(
    r"\b(?:agents?|assistant|claude|ai|llm|language model|model|copilot|gpt|chatgpt|codex|gemini"
    r"|system)\b[^\n]{0,80}?"
    r"\b(?:must|should|shall|always|never|do not|don't|need to|have to|please|required)\b"
    r"|\b(?:you|agents?|assistant|claude|ai)\b[ \t,:]{1,3}(?:must|should|shall|are|will|need to|have to|always"
    r"|never)\b"
    r"|\b(?:important|instructions?|note|hidden|secret)\b[^\n]{0,30}\b(?:agents?|assistant|claude|ai|llm|model)\b"
    r"|\b(?:before|after|when|whenever|while) (?:you |respond|answer|reply|us(?:e|ing) this skill|running this skill"
    r"|execut)"
)
_ACTS = re.compile(
    r"\b(?:run|execute|send|upload|post|fetch|download|curl|wget|bash|read|cat|copy|append|write|call|invoke|open"
    r"|visit|follow|obey|"
    r"ignore|disregard|include|reveal|output|print|exfiltrate|forward|collect|delete|install|encode|base64|eval)\b"
)
_REACHES_OUT = re.compile(
    r"https?://|\b(?:curl|wget|bash|base64|eval|\.ssh|\.env|token|password|credential|secret|api[ _]key)"
)
_DOES = re.compile(
    r"\b(?:curl|wget)[ \t]|\|[ \t]{0,3}(?:ba|z)?sh\b|\bbase64[ \t]-|\$\(|\b(?:send|upload|post|exfiltrate|forward)\b"
)
_FIX = "Say it in the visible text, where a reviewer and the user see it, or remove it."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    message = "text that is not shown to a reader tells the agent to do something"
    return distinct(
        problem(shadow, start, end, message, _FIX)
        for start, end in _hidden(shadow)
        if _instructs(shadow.text[start:end])
    )


def _hidden(shadow: Shadow) -> Iterator[tuple[int, int]]:
    yield from _comments(shadow)
    if "]:" in shadow.text:
        yield from (match.span(1) for match in shadow.near(_REFERENCE, "]: #", "]:#", "]: <>", reach=2200))
    styles = (style for word, styles in _STYLES.items() if shadow.has(word) for style in styles)
    yield from (match.span(1) for match in shadow.near(_UNSEEN, *styles, reach=2500))


def _comments(shadow: Shadow) -> Iterator[tuple[int, int]]:
    text, at, looked_at = shadow.text, shadow.text.find(_OPEN), 0
    while at >= 0 and looked_at < _MOST:
        close = text.find(_CLOSE, at, at + _LONGEST)
        end = close if close >= 0 else min(len(text), at + _LONGEST)
        looked_at += end - at
        # One that is written with entities is shown, not hidden.
        if shadow.written(at, at + 1) == "<":
            yield at + len(_OPEN), end
        at = text.find(_OPEN, end)


def _instructs(hidden: str) -> bool:
    if overrides_in(hidden):
        return True
    reaches = _REACHES_OUT.search(hidden)
    return bool(reaches and (_DOES.search(hidden) or (_ADDRESSED.search(hidden) and _ACTS.search(hidden))))


RULE = FileRule("SK038", "hidden-instruction", Severity.WARNING, check)
