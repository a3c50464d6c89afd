"""What a command line looks like that runs something it was handed: by a pipe, by a substitution, or by way of a file.

All patterns read a `Shadow`. They are possessive and bounded, so that megabytes on one line cost no more than many lines.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from mcpskills.validation.rules.instructions.shadow import ALL, Shadow

_PATH = r"(?:[\w.~$%{}-]{0,40}/){0,6}+"
_POSIX = r"(?:ba|z|da|k|mk|c|tc|fi|a)?s['\"\\]{0,2}h"
_WINDOWS = r"(?:pwsh|powershell|cmd)(?:\.exe)?|iex|invoke-expression"
_ENDS = r"(?![\w=/-]|\.\w)"
SHELL = rf"{_PATH}(?:{_POSIX}|{_WINDOWS}|\$\{{?shell\}}?|\$0){_ENDS}"
_LANGUAGE = rf"{_PATH}(?:python[\d.]{{0,5}}|pypy3?|node|bun|perl|ruby|php|osascript|lua|tclsh)"
_STDIN = r"(?=[ \t]{0,3}(?:-[ \t]{0,3})?(?:$|[\n\"'`)&;|>\\,]|2>|<<))"
_SOURCED = r"(?:source|\.)[ \t]{1,5}/(?:dev/(?:stdin|fd/0)|proc/self/fd/0)"
_LOOP = r"while\s[^\n|]{0,60}?\bdo[ \t]{1,5}[\"']?(?:\$|eval\b|(?:ba|z|da)?sh\b)"
_OPTIONS = r"(?:[ \t]{1,5}-{1,2}[\w=,/{}-]{0,30}){0,5}+"
_PREFIX = (
    rf"(?:{_PATH}(?:sudo|doas|env|exec|nohup|command|builtin|time|busybox|xargs|setsid|nice|timeout|stdbuf|tee){_OPTIONS}"
    r"(?:[ \t]{1,5}(?:\d{1,5}|root|/dev/\S{1,20}))?[ \t]{1,5}|\w{1,30}=[^\s|]{0,80}[ \t]{1,5}){0,4}"
)
# One command up to what its output is piped into.
_COMMAND = re.compile(r"[^\n|`]{1,600}+")
_RUNS = re.compile(
    r"(?:\|(?!\|)[^\n|`]{0,150}+){0,8}?"
    rf"(?<!\|)\|&?\s{{0,20}}(?:[({{]\s{{0,5}})?{_PREFIX}(?:{SHELL}|{_LANGUAGE}{_STDIN}|{_SOURCED}|{_LOOP})"
)

# What runs the result of a substitution that follows: `eval "$(`, `bash -c "$(`, `bash <(`, `python3 - <<< "$(`.
_EVALUATES = re.compile(
    rf"(?<![\w).\]\"'`*-])(?:eval|exec|source|\.(?=[ \t])|{SHELL}"
    rf"|{_LANGUAGE})(?:[ \t]{{1,5}}[-/\w]{{1,30}}){{0,4}}+[ \t]{{0,5}}"
    r"(?:<<<?[ \t]{0,3}|<[ \t]{1,3})?+[\"']?(?:\$\(|[<=]\()"
    r"|(?<![\w).-])(?:eval|exec|(?:ba|z|da|k)?sh[ \t]{1,5}-\w{0,5}c)[ \t]{1,5}[\"']?`"
)
_HOLDS = re.compile(r"(?<![\w$])\$?(\w{1,30})[ \t]?=[ \t]?[\"']?(?:\$\(|`|\()?[ \t]{0,3}\Z")
_USES = re.compile(
    rf"(?<![\w-])(?:eval|exec|iex|invoke-expression|{_POSIX}[ \t]{{1,5}}-\w{{0,5}}c)[ \t]{{1,5}}[\"'(]{{0,2}}\$\{{?(\w{{1,30}})"
    rf"|\becho[ \t]{{1,5}}[\"']?\$\{{?(\w{{1,30}})\}}?[\"']?[ \t]{{0,5}}\|[ \t]{{0,5}}(?:sudo[ \t]{{1,5}})?{SHELL}"
)
_HELD = 50
_FAR = 8000
_NAME = 40
MOST_COMMANDS = 10_000
"""Commands of one kind in one file that are looked at."""

_OUTPUT = re.compile(
    r"(?:[ \t]-{1,2}(?:o|out|output|outfile|output-document|destination|of)(?:[ \t]{1,5}|=)?"
    r"|(?<![-=&0-9])>{1,2}[ \t]{0,5})"
    r"[\"']?([^\s;&|\"'`()<>]{1,200})"
)
_URL_NAME = re.compile(r"://[^\s\"'`<>()|;&]{1,300}/([\w.%+-]{1,100})")
# wget saves under the name in the address, curl does with an option.
_SAVES = re.compile(r"^(?!curl)|[ \t]-\w{0,6}[oj]\w{0,4}[ \t]|--remote-name")
# A file that is run: handed to something that runs it, made executable, or called by its path.
_RUN_FILE = re.compile(
    rf"(?<![\w.~$%{{}}/-])(?:(?:{SHELL}|(?:source|\.)(?=[ \t])|{_LANGUAGE}|chmod[ \t]{{1,5}}(?:-r[ \t]{{1,5}})?"
    rf"(?:[augo]{{0,4}}\+[rws]{{0,3}}x\w{{0,3}}|0?[1-7]?[1357][0-7]{{2}})"
    r"|msiexec|start-process|dpkg|installer|sudo|exec|nohup)(?:[ \t]{1,5}[-/][\w-]{1,20}){0,5}[ \t]{1,5}[\"']?"
    r"([^\s;&|\"'`()<>]{1,200})"
    r"|(?:^|[;&|(`\n\"'])[ \t]{0,20}((?:\./|~/|/tmp/|/var/tmp/|/dev/shm/|\$\{?\w{1,20}\}?/"
    r"|%\w{1,20}%\\)[^\s;&|\"'`()<>]{1,200}))"
)
_WITHIN = 800


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a shadow's text that runs something; `what` is the command that brings it."""

    start: int
    end: int
    what: str


@dataclass(frozen=True)
class Source:
    """A command whose output might be run.

    `anchors` are those of `Shadow.present`, one for each of the `names`; a command counts when `wanted` occurs in it.
    """

    anchors: Mapping[str, str] = field(hash=False)
    names: re.Pattern[str]
    wanted: re.Pattern[str]


@lru_cache(maxsize=4)
def starts(shadow: Shadow, source: Source) -> tuple[int, ...]:
    """Where a source's names stand, up to one more than `MOST_COMMANDS`."""
    found = shadow.near(source.names, *shadow.present(source.anchors), reach=_NAME, most=ALL)
    return tuple(match.start() for match in islice(found, MOST_COMMANDS + 1))


def crowd(shadow: Shadow, source: Source) -> int | None:
    """Where the commands begin to be too many to look at each; None when they are not."""
    found = starts(shadow, source)
    return found[MOST_COMMANDS] if len(found) > MOST_COMMANDS else None


def run_at_once(shadow: Shadow, source: Source) -> Iterator[Span]:
    """Where the source's output becomes a command without ever being a file."""
    looked = 0
    for start in starts(shadow, source)[:MOST_COMMANDS]:
        command = _COMMAND.match(shadow.text, start)
        if command is None or not source.wanted.search(command[0]):
            continue
        opening = _opening(shadow.text, max(looked, start - _FAR), start)
        runs = _RUNS.match(shadow.text, command.end())
        looked = start
        end = runs.end() if runs else _evaluated(shadow.text, start, command.end())
        if end or opening is not None:
            yield Span(start if opening is None else opening, end or command.end(), command[0])


def run_later(shadow: Shadow, source: Source) -> Iterator[Span]:
    """Where the source's output is written to a file that is run soon after."""
    commands = (_COMMAND.match(shadow.text, start) for start in starts(shadow, source)[:MOST_COMMANDS])
    writing = [
        (command, names)
        for command in commands
        if command and (names := tuple(_names(command[0]))) and source.wanted.search(command[0])
    ]
    runs = _runs(shadow) if writing else {}
    for command, names in writing:
        for name in names:
            places = runs.get(name, ())
            at = bisect_right(places, (command.start(), 0))
            if at < len(places) and places[at][0] < command.end() + _WITHIN:
                yield Span(command.start(), places[at][1], command[0])
                break


def _evaluated(text: str, start: int, end: int) -> int | None:
    """Where a variable that holds a command's output, as in `x=$(…); eval "$x"`, is evaluated soon after."""
    holds = _HOLDS.search(text, max(0, start - _HELD), start)
    uses = _USES.finditer(text, end - 1, end + _WITHIN) if holds else ()
    # The command goes up to the end of its line, so that the use may stand in it.
    within = _USES.finditer(text, start, end) if holds else ()
    return next((use.end() for use in (*within, *uses) if holds and holds[1] in use.groups()), None)


def _opening(text: str, earliest: int, start: int) -> int | None:
    """Where, before a command in its line, a substitution opens that will be evaluated with the command in it."""
    line = max(text.rfind("\n", earliest, start) + 1, earliest)
    if not any(opens in text[line:start] for opens in ("$(", "<(", "=(", "`")):
        return None
    for opening in _EVALUATES.finditer(text, line, start):
        between = text[opening.end() : start]
        if between.count(")") <= between.count("("):
            return opening.start()
    return None


def _names(command: str) -> Iterator[str]:
    """The names of the files that a command may write."""
    for match in _OUTPUT.finditer(command):
        yield _base(match[1])
    if _SAVES.search(command):
        yield from (match[1] for match in _URL_NAME.finditer(command))


@lru_cache(maxsize=1)
def _runs(shadow: Shadow) -> dict[str, list[tuple[int, int]]]:
    """Where files are run, by the last part of their paths."""
    runs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in _RUN_FILE.finditer(shadow.text):
        path = match[1] or match[2]
        runs[_base(path)].append(match.span())
    return runs


def _base(path: str) -> str:
    return path.rstrip("/.,:").replace("\\", "/").rpartition("/")[2]
