"""SK049: no door is opened: no shell for somebody else, no protection switched off, no traces wiped."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import shadow_of

_ANCHORS = {
    "tcp": "/dev/tcp", "udp": "/dev/udp", "nc": "nc ", "ncat": "ncat", "netcat": "netcat", "mkfifo": "mkfifo",
    "socat": "socat", "pty": "pty.spawn", "dangerously": "dangerously", "bypasspermissions": "bypasspermissions",
    "yolo": "--yolo", "xattr": "xattr", "spctl": "spctl", "csrutil": "csrutil", "mppreference": "mppreference",
    "setenforce": "setenforce", "nopasswd": "nopasswd", "chmod": "u+s", "histfile": "histfile",
    "history": "history -",
}  # fmt: skip
_OPENS = re.compile(
    r"\b(?:bash|sh|zsh)[ \t]{1,3}-i\b[^\n]{0,60}?/dev/(?:tcp|udp)/|\bexec[ \t]{1,3}\d{1,2}<>[ \t]{0,2}/dev/(?:tcp"
    r"|udp)/"
    r"|\b(?:nc|ncat|netcat)\b[^\n|;]{0,80}?[ \t]-\w{0,4}[ec]\w{0,2}[ \t]{1,3}\S{0,20}(?:sh|cmd(?:\.exe)?)\b"
    r"|\bmkfifo\b[^\n]{0,150}?\b(?:nc|ncat|netcat|openssl)\b|\bsocat\b[^\n]{0,120}?\bexec:[\"']?\S{0,20}sh\b"
    r"|\bsocket\b[^\n]{0,300}?\bpty\.spawn\b"
    r"|--dangerously-skip-permissions\b|--allow-dangerously\S{0,30}|\bbypasspermissions\b|(?<=[ \t])--yolo\b"
    r"|\bxattr[ \t]{1,3}-\w{0,4}[cd]\w{0,3}\b|\bspctl[ \t]{1,3}--(?:master-disable|global-disable)\b"
    r"|\bcsrutil[ \t]{1,3}disable\b"
    r"|\bset-mppreference\b[^\n]{0,80}?-disable|\badd-mppreference\b[^\n]{0,40}?-exclusion|\bsetenforce[ \t]{1,3}0\b"
    r"|\bnopasswd:[ \t]{0,3}all\b|\bchmod[ \t]{1,3}\S{0,5}u\+s\b|\bunset[ \t]{1,3}histfile\b|\bhistfile=/dev/null\b"
    r"|\bhistory[ \t]{1,3}-c\b"
)
_FIX = "Remove it, or, where it is the subject of the skill, say whose machine it is for and that the user decides."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    message = "a door is opened: a shell for somebody else, a protection switched off, or traces wiped"
    return distinct(
        problem(shadow, *match.span(), message, _FIX)
        for match in shadow.near(_OPENS, *shadow.present(_ANCHORS), reach=400)
    )


RULE = FileRule("SK049", "backdoor", Severity.WARNING, check)
