"""SK047: no address of an image carries data away."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import shadow_of

_FILLED = r"(?:\$\{|\$(?=[a-z(])|\{\{?[ \t]{0,2}(?=[a-z_])|<(?=[a-z_])|%s|\[(?=[a-z_])|%7b|[\"'][ \t]{0,2}\+)"
_SECRET = r"(?:secret|token|password|passwd|api_?key|credential|conversation|history|context|env\b|memory|chat|prompt|private)"  # noqa: S105 a pattern
_IMAGE = re.compile(
    rf"!\[[^\]\n]{{0,200}}\]\([ \t]{{0,3}}https?://[^\s?)]{{1,300}}\?[^\n)]{{0,300}}?{_FILLED}"
    rf"|<(?:img|iframe|script|link|video|audio)\b[^>\n]{{0,100}}?\b(?:src"
    rf"|href)[ \t]{{0,2}}=[ \t]{{0,2}}[\"']?https?://[^\s?>]{{1,300}}\?[^\n>]{{0,300}}?{_FILLED}"
    rf"|\]\([ \t]{{0,3}}https?://[^\s?)]{{1,300}}\?[^\n)]{{0,200}}?=[^\n)&]{{0,20}}?{_FILLED}[^\n)&]{{0,30}}?{_SECRET}"
)
_ANCHORS = ("](http", "<img", "<iframe", "<script", "<link", "<video", "<audio")
_FIX = "Leave the data out of the address, or draw the picture from a file of the skill."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    if not shadow.has("http", "https"):
        return iter(())
    message = "an address is filled with data; whoever shows it sends the data there, without a click"
    return distinct(
        problem(shadow, *match.span(), message, _FIX) for match in shadow.near(_IMAGE, *_ANCHORS, reach=700)
    )


RULE = FileRule("SK047", "data-in-link", Severity.WARNING, check)
