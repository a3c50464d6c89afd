"""What the last run of `mcpskills validate` found, for when nothing at all has changed: then no rule need even be loaded."""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from mcpskills.adapters.text_cache import TextCache
from mcpskills.cli.advice import Settings
from mcpskills.cli.choice import Choice
from mcpskills.cli.registry import today
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.policy import FILE

_SCANNERS = ("bandit", "detect-secrets", "jsonschema", "packaging", "pyyaml")


@dataclass(frozen=True, slots=True)
class Asked:
    """What `mcpskills validate` is to do: check `paths`, or the `changed` skills; after a `repair` if that is wanted."""

    paths: tuple[Path, ...]
    changed: str | None
    policy: Path | None
    repair: bool
    cache: Path | None
    jobs: int
    advice: Settings


def key_of(choice: Choice, policy: Path | None) -> str | None:
    """Names everything that findings depend on; None when something has changed too recently to be sure."""
    whole = hashlib.sha256(f"run {judges()} {today()}".encode())
    for prefix, skill in choice.skills:
        stamp = skill.stamp()
        if stamp is None:
            return None
        _add(whole, prefix, skill.at, stamp)
    for chosen in choice.registries:
        # Other skills count by their names alone.
        _add(whole, chosen.prefix, *(skill.at for skill in chosen.all_skills), str(chosen.owners))
        _add_file(whole, policy or chosen.root / FILE)
    if policy:
        _add_file(whole, policy)
    return whole.hexdigest()


def findings_of(known: TextCache, key: str) -> list[Finding] | None:
    """What was found; None when that is not known."""
    text = known.get([key]).get(key)
    if text is None:
        return None
    try:
        return [Finding(**{**fields, "severity": Severity(fields["severity"])}) for fields in json.loads(text)]
    except (TypeError, ValueError, LookupError):
        # Not what was kept: a damaged cache is an empty one.
        return None


def keep(known: TextCache, key: str, findings: Sequence[Finding]) -> None:
    known.put({key: json.dumps([asdict(finding) for finding in findings])})


@cache
def judges() -> str:
    """Names the code that judges and the scanners that it uses, without loading any of them."""
    root = Path(str(files("mcpskills")))
    seen = [(str(path.relative_to(root)), *_sizes(path)) for path in sorted(root.rglob("*.py"))]
    return hashlib.sha256(repr((sys.version, seen, [version(name) for name in _SCANNERS])).encode()).hexdigest()


def _sizes(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _add(whole: "hashlib._Hash", *parts: str) -> None:
    whole.update(repr(parts).encode("utf-8", "surrogatepass"))


def _add_file(whole: "hashlib._Hash", file: Path) -> None:
    try:
        with file.open("rb") as opened:
            whole.update(hashlib.sha256(opened.read(1024 * 1024)).digest())
    except OSError:
        whole.update(b"unreadable")
