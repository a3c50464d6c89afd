"""SK073: dependencies are pinned to one release each, by a version or by a lock file."""

import posixpath
import re
from collections.abc import Container, Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.rules.dependencies.declared import Kind
from mcpskills.validation.rules.dependencies.reading import is_manifest, manifest, offset
from mcpskills.validation.subject import Subject

_SHOWN = 5
# The lock files that make a file's ranges good, beside it; `*` is the file's name.
_LOCKS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(r"package\.json"),
        ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"),
    ),
    (re.compile(r"pyproject\.toml"), ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "requirements.lock")),
    (re.compile(r"pipfile"), ("Pipfile.lock",)),
    (re.compile(r"cargo\.toml"), ("Cargo.lock",)),
    (re.compile(r"environment.*"), ("conda-lock.yml",)),
    (re.compile(r".*\.py"), ("*.lock",)),
    (re.compile(r".*\.in"), ("requirements.txt", "constraints.txt")),
)


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    files = subject.folder.files
    for path, entry in files.items():
        if not is_manifest(path, entry.content) or _locked(path, files):
            continue
        file = File(path, entry.content, entry.executable)
        loose = [item for item in manifest(file).of(Kind.PACKAGE, Kind.ADDRESS) if not item.pinned]
        if loose:
            line, column = file.place(offset(file, loose[0]))
            shown = ", ".join(quoted(item.text) for item in loose[:_SHOWN])
            more = f" and {len(loose) - _SHOWN} more" if len(loose) > _SHOWN else ""
            yield Problem(
                f"dependencies are not pinned to one release: {shown}{more}",
                "Write exact versions, such as `name==1.2.3`, or put a lock file beside it.",
                path=path,
                line=line,
                column=column,
                text=" ".join(item.text for item in loose[:_SHOWN]),
            )


def _locked(path: str, files: Container[str]) -> bool:
    above, name = posixpath.split(path)
    locks = next((locks for pattern, locks in _LOCKS if pattern.fullmatch(name.lower())), ())
    return any(posixpath.join(above, lock.replace("*", name)) in files for lock in locks)


RULE = Rule("SK073", "unpinned-dependencies", Severity.INFO, check)
