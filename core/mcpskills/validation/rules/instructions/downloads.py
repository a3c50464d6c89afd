"""Downloads that are run: at once, without a look at them, or by way of a file."""

import re
from collections.abc import Iterator
from functools import lru_cache

from mcpskills.validation.rules.instructions.commands import Source, Span, crowd, run_at_once, run_later
from mcpskills.validation.rules.instructions.shadow import Shadow

FETCH = Source(
    anchors={
        "curl": "curl", "wget": "wget", "aria2c": "aria2c", "axel": "axel", "iwr": "iwr", "irm": "irm",
        "bitsadmin": "bitsadmin", "ncat": "ncat", "netcat": "netcat", "gsutil": "gsutil",
        "downloadstring": "downloadstring", "downloadfile": "downloadfile", "lwp": "lwp-", "invoke": "invoke-",
        "bitstransfer": "bitstransfer", "nc": "nc ", "fetch": "fetch -", "s3": "aws s3", "gh": "gh api",
        "tcp": "/dev/tcp/",
    },
    names=re.compile(
        r"(?<![\w.-])(?:curl|wget|aria2c|axel|lwp-download|lwp-request|iwr|irm|invoke-webrequest|invoke-restmethod"
        r"|start-bitstransfer|bitsadmin|nc|ncat|netcat|fetch(?= -)|gsutil[ \t]{1,3}cat|aws[ ]s3[ \t]{1,3}cp"
        r"|gh[ ]api)(?:\.exe)?(?![\w-])"
        r"|/dev/tcp/|\bdownloadstring\b|\bdownloadfile\b"
    ),
    # Without an address a command is talked about, not given.
    wanted=re.compile(r"https?:|ftp:|s3://|/dev/tcp/|localhost|[$<{%]\w|\w\.\w\w|\[[0-9a-f:]{2}|\brepos/"),
)  # fmt: skip
_POWERSHELL = re.compile(
    r"\b(?:iex|invoke-expression|scriptblock\]::create)\b(?P<what>[^\n]{0,80}?"
    r"\b(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod|downloadstring)\b[^\n]{0,300}+)"
)
_WINDOWS = re.compile(
    r"\b(?:mshta(?:\.exe)?[ \t]{1,5}[\"']?|regsvr32(?:\.exe)?[^\n]{0,80}?/i:|rundll32(?:\.exe)?[^\n]{0,120}?)"
    r"(?P<what>https?:[^\s\"']{1,300}+)"
)
_PROGRAM = re.compile(
    r"(?<![\w.])(?:exec|eval|new[ \t]function|compile)[ \t]{0,3}\((?P<what>[^\n]{0,120}?"
    r"(?:requests\.get|urlopen|httpx\.get|urllib2?\.|\bfetch\(|axios)[^\n]{0,200}+)"
)
_SPECIAL = (
    (_POWERSHELL, {"iex": "iex", "invoke": "invoke-expression", "scriptblock": "scriptblock]"}),
    (_WINDOWS, {"mshta": "mshta", "regsvr32": "regsvr32", "rundll32": "rundll32"}),
    (_PROGRAM, {"exec": "exec", "eval": "eval", "compile": "compile(", "function": "new function"}),
)
_REACH = 600


@lru_cache(maxsize=1)
def downloads_run_at_once(shadow: Shadow) -> tuple[Span, ...]:
    """Downloads that become commands without ever being a file, in the order of places; none when there is a crowd."""
    if crowd(shadow, FETCH) is not None:
        return ()
    spans = list(run_at_once(shadow, FETCH))
    for pattern, anchors in _SPECIAL:
        found = shadow.near(pattern, *shadow.present(anchors), reach=_REACH)
        spans += [Span(*match.span(), match["what"]) for match in found]
    return tuple(_apart(spans))


@lru_cache(maxsize=1)
def downloads_run_later(shadow: Shadow) -> tuple[Span, ...]:
    """Downloads into a file that is run soon after, in the order of places; none when there is a crowd."""
    return () if crowd(shadow, FETCH) is not None else tuple(_apart(list(run_later(shadow, FETCH))))


def _apart(spans: list[Span]) -> Iterator[Span]:
    """Each of the spans that does not begin inside an earlier one."""
    end = -1
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            end = span.end
            yield span
