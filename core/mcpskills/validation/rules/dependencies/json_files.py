"""Dependency files of npm: package.json and its lock files."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from mcpskills.validation.rules.dependencies.declared import Declared, Kind, UnreadableError, host

_TABLES = ("dependencies", "devDependencies", "optionalDependencies", "resolutions", "overrides", "bundleDependencies")
# "Life Cycle Scripts" in the documentation of npm: those that run for whoever installs.
_HOOKS = ("preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish", "dependencies")
_EXACT = re.compile(r"=?v?\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+][\w.+-]{0,60})?")
_LOCAL = ("file:", "link:", "portal:", "workspace:", "catalog:", "./", "../", "/", "~/", "$")
_VCS = re.compile(r"(?:git|github|gitlab|bitbucket|gist)[+:@]|git@|[\w.-]{1,100}/[\w.-]{1,100}(?:#|$)|ssh:")
# How every npm index spells the address of a package: /name/-/name-1.0.0.tgz
_TARBALL = re.compile(r"https://[^/\s]{1,253}/(?:[^\s]{0,200}/)?-/[^/\s]{1,200}\.tgz(?:[?#][^\s]{0,200})?")
_MOST_DEEP = 12


def package(text: str) -> Iterator[Declared]:
    """A `package.json`."""
    document = parsed(text)
    scripts = _table(document.get("scripts"))
    for name in _HOOKS:
        command = scripts.get(name)
        if isinstance(command, str):
            yield Declared(Kind.HOOK, command)
    for table in _TABLES:
        yield from _table_of(_table(document.get(table)), 0)


def lock(text: str) -> Iterator[Declared]:
    """A `package-lock.json` or `npm-shrinkwrap.json` of any version.

    Packages come from the index that most come from; one from elsewhere is an address, as it would be in a package.json.
    """
    found = [url for url in _resolved(parsed(text), 0) if not url.startswith("file:")]
    common = Counter(host(url) for url in found if _TARBALL.fullmatch(url)).most_common(1)
    for url in found:
        usual = bool(common) and host(url) == common[0][0] and _TARBALL.fullmatch(url)
        yield Declared(Kind.LOCKED if usual else Kind.ADDRESS, url, url=url, pinned=True)


def _table_of(table: Mapping[str, Any], depth: int) -> Iterator[Declared]:
    if depth > _MOST_DEEP:
        raise UnreadableError("is nested too deep")
    for name, wanted in table.items():
        if isinstance(wanted, dict):
            yield from _table_of(wanted, depth + 1)
        elif isinstance(wanted, str):
            yield from _wanted(name, wanted.strip())


def _wanted(name: str, wanted: str) -> Iterator[Declared]:
    version = wanted.rpartition("@")[2] if wanted.startswith("npm:") else wanted
    if wanted.startswith(_LOCAL):
        return
    if wanted.lower().startswith(("http:", "https:")):
        yield Declared(Kind.ADDRESS, wanted, url=wanted)
    elif _VCS.match(wanted):
        short = ":" not in wanted
        yield Declared(Kind.ADDRESS, wanted, url=f"github:{wanted}" if short else wanted)
    else:
        yield Declared(Kind.PACKAGE, f"{name} {wanted}", pinned=bool(_EXACT.fullmatch(version)))


def _resolved(value: Any, depth: int) -> Iterator[str]:
    if depth > _MOST_DEEP * 2:
        raise UnreadableError("is nested too deep")
    if isinstance(value, dict):
        url = value.get("resolved")
        if isinstance(url, str) and ":" in url:
            yield url
        for item in value.values():
            if isinstance(item, dict):
                yield from _resolved(item, depth + 1)


def parsed(text: str) -> Mapping[str, Any]:
    """The object that a JSON file is; empty for another kind of value. Raises `UnreadableError`."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnreadableError(f"is no valid JSON: {error}") from error
    except RecursionError as error:
        raise UnreadableError("is nested too deep") from error
    return _table(document)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
