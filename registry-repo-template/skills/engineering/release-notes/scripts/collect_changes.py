"""Sort the output of `git log` into a worksheet for release notes.

Reads from standard input or a file what this prints (newest commit first, as Git gives it):

    git log --first-parent --format='%x1e%H%x1f%an%x1f%s%x1f%b' FROM..TO

Needs Python 3.11 and nothing else. Exit status 0: worksheet printed. 2: unreadable input or bad usage.
"""

import argparse
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from itertools import groupby

LOG_FORMAT = "--format='%x1e%H%x1f%an%x1f%s%x1f%b'"
FIELDS = 4
SECTIONS = {
    "breaking": "Breaking",
    "security": "Security",
    "feat": "Added",
    "fix": "Fixed",
    "perf": "Performance",
    "other": "Unsorted",
    "internal": "Internal",
}
INTERNAL = {"build", "chore", "ci", "docs", "refactor", "style", "test"}

MERGE = re.compile(r"Merge (pull request|branch|remote-tracking branch)\b|Merged in .+\(pull request")
SQUASHED = re.compile(r"\s*\([#!][0-9]+\)$")
REFERENCE = re.compile(r"(?:pull request |\(|merge request \S*?)([#!][0-9]+)")
CONVENTIONAL = re.compile(r"(?P<type>[A-Za-z]+)(?:\((?P<scope>[^()]+)\))?(?P<bang>!)?:\s+(?P<title>.+)")
BREAKING = re.compile(r"^BREAKING[ -]CHANGE:\s*(.+?)(?=\n\s*\n|\n[A-Z][\w-]+: |\Z)", re.MULTILINE | re.DOTALL)
CLOSES = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?):?\s+(#[0-9]+|[A-Z][A-Z0-9]+-[0-9]+)", re.IGNORECASE
)
REVERTED_HASH = re.compile(r"This reverts commit ([0-9a-f]{7,64})")
REVERTED_REFERENCE = re.compile(r"^Reverts \S*([#!][0-9]+)", re.MULTILINE)
REVERTED_TITLE = re.compile(r'Revert "(.+)"')


class UnreadableError(Exception):
    """The input is not the log that was asked for; the message tells what to run."""


@dataclass
class Change:
    hash: str
    author: str
    title: str
    section: str
    scope: str = ""
    breaking: str = ""
    references: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Commit:
    hash: str
    author: str
    subject: str
    body: str

    @property
    def headline(self) -> str:
        """What was meant: the subject, or for a merge the title that the forge put into the body."""
        if not MERGE.match(self.subject):
            return self.subject
        return next((line.strip() for line in self.body.splitlines() if line.strip()), self.subject)

    @property
    def references(self) -> list[str]:
        found = REFERENCE.findall(f"{self.subject}\n{self.body}") if MERGE.match(self.subject) else []
        found += REFERENCE.findall(self.subject) + CLOSES.findall(self.body)
        return list(dict.fromkeys(found))


def read_commits(log: str) -> list[Commit]:
    records = [record for record in log.split("\x1e")[1:] if record.strip()]
    if not records:
        if log.strip():
            raise UnreadableError(f"no commit record found; run git log with {LOG_FORMAT}")
        raise UnreadableError("the range holds no commits; compare both ends with git log --oneline FROM..TO")
    commits = []
    for number, record in enumerate(records, start=1):
        parts = [part.strip() for part in record.split("\x1f", FIELDS - 1)]
        if len(parts) != FIELDS:
            raise UnreadableError(f"record {number} has {len(parts)} of {FIELDS} fields; run git log with {LOG_FORMAT}")
        commits.append(Commit(*parts))
    return commits


def cancelled(commits: list[Commit]) -> set[str]:
    """Hashes of changes that were undone within the range, and of the reverts that undid them.

    Newest first, so that a revert that was itself reverted undoes nothing.
    """
    gone: set[str] = set()
    for index, commit in enumerate(commits):
        if commit.hash in gone:
            continue
        target = reverted(commit, commits[index + 1 :])
        if target:
            gone |= {commit.hash, target.hash}
    return gone


def reverted(commit: Commit, older: list[Commit]) -> Commit | None:
    """The older commit that this one undoes: found by its hash, its pull request, or at last by its title."""
    if found := REVERTED_HASH.search(commit.body):
        return next((one for one in older if one.hash.startswith(found[1])), None)
    if found := REVERTED_REFERENCE.search(commit.body):
        return next((one for one in older if found[1] in REFERENCE.findall(one.subject)), None)
    if found := REVERTED_TITLE.match(commit.headline):
        return next((one for one in older if SQUASHED.sub("", one.headline) == SQUASHED.sub("", found[1])), None)
    return None


def sort_out(commit: Commit) -> Change:
    headline = SQUASHED.sub("", commit.headline)
    change = Change(commit.hash[:10], commit.author, headline, "other", references=commit.references)
    bang = False
    if found := CONVENTIONAL.fullmatch(headline):
        kind, bang = found["type"].lower(), bool(found["bang"])
        known = kind in SECTIONS or kind in INTERNAL
        change.section = "internal" if kind in INTERNAL else kind if known else "other"
        change.scope = found["scope"] or ("" if known else found["type"])
        change.title = found["title"]
    notes = [" ".join(note.split()) for note in BREAKING.findall(commit.body)]
    if notes or bang:
        change.section = "breaking"
        change.breaking = " ".join(notes) or "no note in the commit: read the diff"
    return change


def worksheet(changes: list[Change], *, dropped: list[Commit]) -> str:
    authors = len({change.author for change in changes})
    lines = [f"# {len(changes)} changes by {authors} authors"]
    for section, members in groupby(changes, key=lambda change: change.section):
        lines += ["", f"## {SECTIONS[section]}", ""]
        for change in members:
            scope = f"{change.scope}: " if change.scope else ""
            origin = ", ".join([change.hash, *change.references])
            lines.append(f"- {scope}{change.title} ({origin}; {change.author})")
            if change.breaking:
                lines.append(f"  Breaking: {change.breaking}")
    if dropped:
        lines += ["", "## Cancelled by a revert in this range", ""]
        lines += [f"- {commit.headline} ({commit.hash[:10]})" for commit in dropped]
    return "\n".join(lines)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Sort the output of git log into a worksheet for release notes.",
        epilog=f"input: git log --first-parent {LOG_FORMAT} FROM..TO",
    )
    parser.add_argument("file", nargs="?", default="-", help="the saved log, or - for standard input (default)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    options = arguments(argv)
    try:
        source = 0 if options.file == "-" else options.file  # descriptor 0 is standard input
        with open(source, encoding="utf-8", errors="replace") as log:  # noqa: PTH123
            commits = read_commits(log.read())
    except (UnreadableError, OSError) as error:
        print(f"collect_changes: {error}", file=sys.stderr)
        return 2
    gone = cancelled(commits)
    order = list(SECTIONS)
    changes = [sort_out(commit) for commit in commits if commit.hash not in gone]
    changes.sort(key=lambda change: order.index(change.section))
    dropped = [commit for commit in commits if commit.hash in gone]
    if options.format == "json":
        report = {"changes": [asdict(change) for change in changes], "cancelled": [one.hash for one in dropped]}
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print(worksheet(changes, dropped=dropped))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
