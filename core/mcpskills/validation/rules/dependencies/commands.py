"""Whether a command runs what it has just downloaded."""

import re

_FETCH = re.compile(
    r"\b(?:curl|wget|aria2c|fetch|iwr|irm|invoke-webrequest|invoke-restmethod|start-bitstransfer|bitsadmin|certutil)\b|"
    r"base64\s{1,10}(?:-d\b|-D\b|--decode)",
    re.IGNORECASE,
)
_INTERPRETER = r"\b(?:(?:ba|z|da|k|a)?sh|node|deno|bun|python[\d.]{0,5}|perl|ruby|php|iex|pwsh|powershell|cmd)\b"
_FOLDERS = r"(?:/?(?:[\w.-]{1,40}/){1,10})?"
_BEFORE = rf"\s{{0,10}}(?:sudo\s{{1,10}})?(?:{_FOLDERS}env\s{{1,10}})?{_FOLDERS}"
# What stands after the download: a pipe into an interpreter, or the next command runs a file.
_RUN = re.compile(
    rf"\|{_BEFORE}{_INTERPRETER}|(?:&&|\|\||;|\n|&){_BEFORE}(?:{_INTERPRETER}|chmod\s|\./|source\s|\.\s|start\s)",
    re.IGNORECASE,
)
# What stands around it, and what needs no other command.
_INSIDE = re.compile(
    r"(?:\$\(|`|<\(|\biex\s{0,5}\(?|\beval\s{1,5}[\"']?\$\()\s{0,10}(?:curl|wget|fetch|iwr|irm|new-object)\b|"
    rf"{_INTERPRETER}\s{{1,10}}(?:-\w{{1,20}}\s{{1,10}}){{0,3}}[\"']?(?:https?|ftp)://|"
    r"\b(?:npx|bunx|uvx|pipx\s{1,10}run|npm\s{1,10}(?:exec|i|install)|pnpm\s{1,10}(?:dlx|add)|pip3?\s{1,10}install|go\s{1,10}run|deno\s{1,10}run)"
    r"\s{1,10}(?:-[\w-]{1,30}\s{1,10}){0,5}[\"']?(?:https?://|git\+)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    rf"{_INTERPRETER}\s{{1,10}}(?:-\w{{1,20}}\s{{1,10}}){{0,3}}(?:-e|-c|--eval|-p|--print|-command|-enc\w{{0,20}})\b",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    r"https?://|\bfetch\(|urlopen|urlretrieve|require\([\"'\\]{1,3}(?:node:)?(?:https?|child_process)|base64|atob",
    re.IGNORECASE,
)


def downloads_and_runs(command: str) -> bool:
    """True for the ways in which people write it down; not for what a file that it runs may do."""
    fetch = _FETCH.search(command)
    if fetch and _RUN.search(command, fetch.end()):
        return True
    if _INSIDE.search(command):
        return True
    inline = _INLINE.search(command)
    return inline is not None and _REMOTE.search(command, inline.end()) is not None
