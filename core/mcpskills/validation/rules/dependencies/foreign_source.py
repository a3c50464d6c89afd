"""SK077: addresses and indexes are on hosts that the registry's policy allows."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.rules.dependencies.declared import Kind, host
from mcpskills.validation.rules.dependencies.placing import at
from mcpskills.validation.rules.dependencies.reading import is_manifest, manifest
from mcpskills.validation.subject import Subject

_SHOWN = 5


def check(subject: Subject, policy: Policy) -> Iterator[Problem]:
    if policy.sources is None:
        return
    allowed = ", ".join(map(quoted, policy.sources[:_SHOWN])) or "none"
    fix = f"Allowed hosts are: {allowed}{', …' if len(policy.sources) > _SHOWN else ''}."
    for path, entry in subject.folder.files.items():
        if is_manifest(path, entry.content):
            yield from _foreign(File(path, entry.content, entry.executable), policy.sources, fix)


def _foreign(file: File, sources: tuple[str, ...], fix: str) -> Iterator[Problem]:
    told: set[str] = set()
    for item in manifest(file).of(Kind.ADDRESS, Kind.INDEX, Kind.LOCKED):
        where = host(item.url)
        # A lock file names the same host for each package.
        if where not in sources and where not in told:
            told.add(where)
            shown = quoted(where) if where else "a host that cannot be told"
            yield at(file, item, f"{quoted(item.text)} is on {shown}, which this registry's policy does not allow", fix)


RULE = Rule("SK077", "foreign-source", Severity.ERROR, check)
