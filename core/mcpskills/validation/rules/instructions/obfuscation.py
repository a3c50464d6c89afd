"""SK048: no code hides what it does before it does it."""

import re
from collections.abc import Iterator
from itertools import islice

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem, at_offset
from mcpskills.validation.rules.instructions.commands import SHELL
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import Shadow, shadow_of

_DECODERS = (
    r"(?:atob|b(?:64|85|32|16)decode|a85decode|unhexlify|fromhex|fromcharcode|buffer\.from|base64_decode|gzinflate"
    r"|gzuncompress"
    r"|decompress|marshal\.loads|codecs\.decode|rot_?13|unescape|decodebytes|frombase64string)"
)
_ANCHORS = {
    "atob": "atob", "b64decode": "b64decode", "b85decode": "b85decode", "b32decode": "b32decode",
    "b16decode": "b16decode", "a85decode": "a85decode", "unhexlify": "unhexlify", "fromhex": "fromhex",
    "fromcharcode": "fromcharcode", "gzinflate": "gzinflate", "gzuncompress": "gzuncompress",
    "decompress": "decompress", "unescape": "unescape", "decodebytes": "decodebytes",
    "frombase64string": "frombase64string", "powershell": "powershell", "pwsh": "pwsh", "gunzip": "gunzip",
    "zcat": "zcat", "buffer": "buffer.from", "decode": "decode", "marshal": "marshal.loads",
    "codecs": "codecs.decode", "rot13": "rot13", "rot": "rot_13", "chr": "chr(", "rev": "rev", "tr": "tr ",
    "gzip": "gzip -", "xz": "xz -",
}  # fmt: skip
_RUNS_DECODED = re.compile(
    rf"(?<![\w.])(?:eval|exec|new[ \t]function|function|settimeout|execfile|assert|instance_eval"
    rf"|loads)[ \t]{{0,3}}\([^\n]{{0,120}}?\b{_DECODERS}\b"
    rf"|\b(?:python[\d.]{{0,5}}|node|perl|ruby|php)[ \t]{{1,3}}-[a-z]{{0,3}}[ce]\b[^\n]{{0,200}}?\b(?:exec"
    rf"|eval)\b[^\n]{{0,120}}?\b{_DECODERS}\b"
    r"|\b(?:powershell|pwsh)(?:\.exe)?\b[^\n|]{0,120}?[ \t][-/]e(?:c|nc|nco\w{0,12})?[ \t]{1,3}[\"']?[a-z0-9+/=]{24}"
    r"|\bfromcharcode[ \t]{0,2}\((?:[ \t]{0,3}(?:0x[0-9a-f]{1,4}|\d{1,5})[ \t]{0,3},){9}"
    r"|(?:\bchr\([ \t]{0,2}(?:0x[0-9a-f]{1,4}|\d{1,5})[ \t]{0,2}\)[ \t]{0,3}[.+&][ \t]{0,3}){5}"
    rf"|(?<![\w-])(?:rev|tr[ \t][^\n|]{{1,80}}|gunzip|zcat|gzip[ \t]-\w{{0,3}}d\w{{0,3}}"
    rf"|xz[ \t]-d\w{{0,3}})[^\n|]{{0,40}}\|[ \t]{{0,5}}(?:sudo[ \t]{{1,3}})?{SHELL}"
)
# On the text as it is written: a shadow has these decoded.
_ESCAPED = re.compile(
    r"\b(?:printf|echo[ \t]{1,3}-\w{0,2}e\w{0,2}|eval)[ \t]{1,3}(?:\$?[\"'])?(?:\\x[0-9a-fA-F]{2}"
    r"|\\0?[0-3]?[0-7]{2}){6}[^\n|]{0,500}\|[ \t]{0,5}(?:sudo[ \t]{1,3})?\S{0,20}sh\b"
    r"|\$'(?:\\x[0-9a-fA-F]{2}|\\[0-3]?[0-7]{2}){4}"
)
# What both have, for a first look.
_CODES = re.compile(r"\\(?:x[0-9a-fA-F]{2}|[0-7]{2,4})\\")
_PIECES = re.compile(r"[\"'][^\"'\n\\]{1,8}[\"'](?:[ \t]{0,3}(?:\+|\.\.?)[ \t]{0,3}[\"'][^\"'\n\\]{1,8}[\"']){1,12}+")
_JOINED = re.compile(
    r"^(?:curl|wget|eval|exec|execfile|system|os\.system|subprocess|base64|powershell|invoke-expression|popen"
    r"|child_process|__import__)\b"
)
_ASSIGNED = re.compile(r"(?<![\w$])([a-z_]\w{0,7})=[\"']?(\w{1,6})")
_SIDE_BY_SIDE = re.compile(r"\$\{?([a-z_]\w{0,7})\}?\$\{?([a-z_]\w{0,7})")
_MOST_USES = 10_000
_NAMES = frozenset({"curl", "wget", "bash", "eval", "exec", "base64", "python", "python3"})
_PIECE = re.compile(r"[\"']([^\"']*)[\"']")
_JOINTS = {"+": ('"+', "'+", '" +', "' +"), ".": ('".', "'.", "' .", '" .')}
_FIX = "Write the code out, so that a reviewer can read what runs."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    message = "code is hidden before it is run: decoded, put together or spelled in numbers"
    yield from distinct(problem(shadow, start, end, message, _FIX) for start, end in _spans(shadow))
    if _CODES.search(file.text or ""):
        spelled = _ESCAPED.finditer(file.text or "")
        yield from distinct(at_offset(file, *match.span(), message, _FIX) for match in spelled)


def _spans(shadow: Shadow) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in shadow.near(_RUNS_DECODED, *shadow.present(_ANCHORS), reach=300))
    joints = (joint for sign, joints in _JOINTS.items() if sign in shadow.text for joint in joints)
    for match in shadow.near(_PIECES, *joints, reach=250):
        if _JOINED.search("".join(_PIECE.findall(match[0]))):
            yield match.span()
    yield from _assembled(shadow.text)


def _assembled(text: str) -> Iterator[tuple[int, int]]:
    """A name put together from two variables: `a=cu; b=rl; $a$b`."""
    uses = list(islice(_SIDE_BY_SIDE.finditer(text), _MOST_USES))
    values = {match[1]: match[2] for match in _ASSIGNED.finditer(text)} if uses else {}
    for use in uses:
        if values.get(use[1], "") + values.get(use[2], "") in _NAMES:
            yield use.span()


RULE = FileRule("SK048", "obfuscation", Severity.WARNING, check)
