"""Profile a CSV file in one pass: types, missing and distinct values, ranges, and what looks wrong.

Needs Python 3.11 and nothing else. Exit status 0: profiled, whatever was found. 2: unreadable input or bad usage.
"""

import argparse
import csv
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
MISSING = {"", "-", "--", "?", "na", "n/a", "#n/a", "nan", "null", "none", "nil"}
BOOLEANS = {"true", "false", "yes", "no"}
TYPES = ("decimal", "integer", "datetime", "date", "boolean", "local date", "separated number")
NARROWER = {"decimal": "integer", "datetime": "date"}  # one decimal among integers makes a decimal column
INTEGER = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
SEPARATED = re.compile(r"[+-]?([0-9]{1,3}([.,' ][0-9]{3})+([.,][0-9]+)?|[0-9]+,[0-9]+)")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LOCAL_DATE = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{2}|[0-9]{4})")

SAMPLE_LINES = 50  # lines from which the delimiter is guessed
DISTINCT_CAP = 50_000  # values remembered per column, so that memory stays bounded
DUPLICATES_CAP = 1_000_000  # rows remembered to find duplicates
CATEGORIES = 1_000  # columns with more distinct values are not compared for case
EXAMPLES = 3  # lines quoted per finding
TOP = 3  # most frequent values shown per column
EXACT_DIGITS = 15  # longer numbers change when they are read as a double
SHOWN = 40  # characters of a value that are shown
MIXED_SHARE = 0.8  # from this share on, one type is the rule and the rest are exceptions
LAST_MONTH = 12


class UnreadableError(Exception):
    """The input cannot be read as a CSV file; the message tells what to try."""


@dataclass
class Column:
    """What is known of one column so far; DISTINCT_CAP bounds its memory."""

    name: str
    rows: int = 0
    missing: int = 0
    padded: int = 0
    line_breaks: list[int] = field(default_factory=list)
    placeholders: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    distinct: Counter[str] = field(default_factory=Counter)
    capped: bool = False
    first_parts: int = 0  # the largest first part of dates such as 03/12/2024
    second_parts: int = 0
    numbers: int = 0
    total: float = 0.0
    low: float = math.inf
    high: float = -math.inf
    earliest: str = ""
    latest: str = ""

    def add(self, raw: str, line: int) -> None:
        self.rows += 1
        value = raw.strip()
        self.padded += value != raw
        if value.casefold() in MISSING:
            self.missing += 1
            if value:
                self.placeholders[value] += 1
            return
        if "\n" in value and len(self.line_breaks) < EXAMPLES:
            self.line_breaks.append(line)
        kind = kind_of(value)
        self.kinds[kind] += 1
        seen = self.examples.setdefault(kind, [])
        if len(seen) < EXAMPLES:
            seen.append((line, shorten(value)))
        self._measure(kind, value)
        if value in self.distinct or len(self.distinct) < DISTINCT_CAP:
            self.distinct[value] += 1
        else:
            self.capped = True

    def _measure(self, kind: str, value: str) -> None:
        if kind in {"integer", "decimal"}:
            number = int(value) if kind == "integer" else float(value)
            self.numbers += 1
            self.total += number
            self.low, self.high = min(self.low, number), max(self.high, number)
        elif kind in {"date", "datetime"}:
            self.earliest = min(self.earliest or value, value)
            self.latest = max(self.latest, value)
        elif kind == "local date":
            first, second, _ = re.split("[./-]", value)
            self.first_parts = max(self.first_parts, int(first))
            self.second_parts = max(self.second_parts, int(second))

    @property
    def filled(self) -> int:
        return self.rows - self.missing

    @property
    def kind(self) -> str:
        """The type of the column: its rule where exceptions are few, `text` where there is no rule."""
        if not self.kinds:
            return "empty"
        if self.kinds["code"]:
            return "text"
        for kind in TYPES:
            count = self.kinds[kind]
            if count and count + self.kinds[NARROWER.get(kind, "")] >= MIXED_SHARE * self.filled:
                return kind
        return "text"

    def exceptions(self) -> tuple[int, list[tuple[int, str]]]:
        """How many values are not of the column's type, and the first of them as (line, value)."""
        if self.kind not in TYPES:
            return 0, []
        foreign = [name for name in self.kinds if name not in {self.kind, NARROWER.get(self.kind)}]
        found = sorted(example for name in foreign for example in self.examples[name])
        return sum(self.kinds[name] for name in foreign), found[:EXAMPLES]

    def summary(self, *, hide_values: bool) -> dict[str, object]:
        shown: dict[str, object] = {
            "name": self.name,
            "type": self.kind,
            "filled": self.filled,
            "missing": self.missing,
            "distinct": len(self.distinct),
            "distinct_is_minimum": self.capped,
        }
        if hide_values:
            return shown
        if self.numbers and self.kind in {"integer", "decimal"}:
            shown |= {"min": tidy(self.low), "max": tidy(self.high), "mean": tidy(self.total / self.numbers)}
        elif self.kind in {"date", "datetime"}:
            shown |= {"min": self.earliest, "max": self.latest}
        shown["top"] = [[shorten(value), count] for value, count in self.distinct.most_common(TOP) if count > 1]
        return shown


@dataclass
class Profile:
    delimiter: str
    columns: list[Column]
    rows: int = 0
    ragged: int = 0
    ragged_lines: list[tuple[int, int]] = field(default_factory=list)
    duplicates: int = 0
    findings: list[dict[str, str]] = field(default_factory=list)


def kind_of(value: str) -> str:
    """The type that one stripped, non-missing value looks like."""
    if INTEGER.fullmatch(value):
        digits = value.lstrip("+-")
        return "code" if len(digits) > EXACT_DIGITS or (digits[0] == "0" and len(digits) > 1) else "integer"
    if DECIMAL.fullmatch(value) and math.isfinite(float(value)):
        return "decimal"
    if value.casefold() in BOOLEANS:
        return "boolean"
    if ISO_DATE.match(value) and is_moment(value):
        return "date" if ISO_DATE.fullmatch(value) else "datetime"
    if LOCAL_DATE.fullmatch(value):
        return "local date"
    return "separated number" if SEPARATED.fullmatch(value) else "text"


def is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def tidy(number: float) -> float | int | None:
    if isinstance(number, int):
        return number
    return float(f"{number:.12g}") if math.isfinite(number) else None


def shorten(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"


def guess_delimiter(lines: list[str]) -> str:
    """The delimiter under which most sample rows have the same number of cells, above one; else a comma."""
    best, best_score = ",", (0, 0)
    for delimiter in DELIMITERS.values():
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        width, rows = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        if width > 1 and (rows, width) > best_score:
            best, best_score = delimiter, (rows, width)
    return best


def read_profile(text: Iterable[str], *, delimiter: str | None, header: bool) -> Profile:
    lines = iter(text)
    head = list(islice(lines, SAMPLE_LINES))
    delimiter = delimiter or guess_delimiter(head)
    reader = csv.reader(chain(head, lines), delimiter=delimiter)
    first = next((row for row in reader if row), None)
    if first is None:
        raise UnreadableError("the input is empty")
    profile = start(first, delimiter=delimiter, header=header)
    rows: Iterable[list[str]] = reader if header else chain([first], reader)
    seen: set[int] = set()
    for row in rows:
        if not row:
            continue  # a blank line
        add_row(profile, row, reader.line_num)
        fingerprint = hash(tuple(row))
        if fingerprint in seen:
            profile.duplicates += 1
        elif len(seen) < DUPLICATES_CAP:
            seen.add(fingerprint)
    return profile


def start(first: list[str], *, delimiter: str, header: bool) -> Profile:
    if not header:
        return Profile(delimiter, [Column(f"column {number}") for number in range(1, len(first) + 1)])
    profile = Profile(delimiter, [])
    used: Counter[str] = Counter()
    for number, cell in enumerate(first, start=1):
        name = " ".join(cell.split()) or f"column {number}"
        used[name] += 1
        if not cell.strip():
            profile.findings.append(finding("problem", name, "the header cell is empty"))
        if used[name] > 1:
            profile.findings.append(finding("problem", name, "the header names this column more than once"))
            name = f"{name} ({used[name]})"
        profile.columns.append(Column(name))
    if all(kind_of(cell.strip()) not in {"text", "boolean"} for cell in first if cell.strip()):
        profile.findings.append(finding("problem", "", "the first row looks like data; if it is, use --no-header"))
    return profile


def add_row(profile: Profile, row: list[str], line: int) -> None:
    profile.rows += 1
    width = len(profile.columns)
    if len(row) != width:
        profile.ragged += 1
        if len(profile.ragged_lines) < EXAMPLES:
            profile.ragged_lines.append((line, len(row)))
    for index, column in enumerate(profile.columns):
        column.add(row[index] if index < len(row) else "", line)


def finding(level: str, column: str, text: str) -> dict[str, str]:
    return {"level": level, "column": column, "finding": text}


def findings(profile: Profile, *, hide_values: bool) -> list[dict[str, str]]:
    found = list(profile.findings)
    if not profile.rows:
        found.append(finding("problem", "", "there are no data rows"))
    if profile.ragged:
        where = ", ".join(f"line {line} has {cells}" for line, cells in profile.ragged_lines)
        text = f"{profile.ragged} rows do not have {len(profile.columns)} cells: {where}"
        found.append(finding("problem", "", text))
    if profile.duplicates:
        found.append(finding("note", "", f"{profile.duplicates} rows repeat an earlier row exactly"))
    if profile.rows > DUPLICATES_CAP:
        found.append(finding("note", "", f"repeats of rows were sought among {DUPLICATES_CAP} different rows only"))
    for column in profile.columns:
        found += [finding(level, column.name, text) for level, text in column_findings(column, hide_values)]
    return sorted(found, key=lambda one: one["level"] != "problem")


def column_findings(column: Column, hide_values: bool) -> Iterator[tuple[str, str]]:
    exceptions, examples = column.exceptions()
    if exceptions:
        where = ", ".join(f"line {line}" if hide_values else f"line {line}: {value}" for line, value in examples)
        yield "problem", f"{exceptions} of {column.filled} values are not of type {column.kind} ({where})"
    if column.kinds["code"]:
        text = f"have leading zeros or more than {EXACT_DIGITS} digits: keep the column as text"
        yield "problem", f"{column.kinds['code']} of {column.filled} values {text}"
    if column.kinds["local date"]:
        yield date_order(column)
    if column.kinds["separated number"]:
        count = column.kinds["separated number"]
        yield "problem", f"{count} values are numbers with separators: convert before computing"
    if column.line_breaks:
        where = ", ".join(map(str, column.line_breaks))
        yield "note", f"values contain line breaks (record ends at line {where}): check for an unclosed quote"
    if column.placeholders:
        written = ", ".join(f"{value!r} ({count})" for value, count in column.placeholders.most_common(EXAMPLES))
        yield "note", f"missing values are also written as {written}"
    if column.padded:
        yield "note", f"{column.padded} values have spaces around them"
    variants = case_variants(column)
    if variants:
        shown = "" if hide_values else ": " + "; ".join(variants[:EXAMPLES])
        yield "note", f"{len(variants)} values differ only in case{shown}"
    if 1 < len(column.distinct) == column.rows:
        yield "note", "candidate key: filled and different in every row"


def date_order(column: Column) -> tuple[str, str]:
    count = column.kinds["local date"]
    if column.first_parts > LAST_MONTH and column.second_parts > LAST_MONTH:
        return "problem", f"{count} dates, some with the day first and some with the month first"
    if column.first_parts > LAST_MONTH:
        return "note", f"{count} dates with the day first"
    if column.second_parts > LAST_MONTH:
        return "note", f"{count} dates with the month first"
    return "problem", f"{count} dates could have the day or the month first: nothing in the data decides it"


def case_variants(column: Column) -> list[str]:
    if len(column.distinct) > CATEGORIES:
        return []
    groups: dict[str, list[str]] = {}
    for value in column.distinct:
        groups.setdefault(value.casefold(), []).append(shorten(value))
    return [" / ".join(group) for group in groups.values() if len(group) > 1]


def table(columns: list[dict[str, object]]) -> list[str]:
    keys = ["name", "type", "filled", "missing", "distinct", "min", "max", "mean", "top"]
    keys = [key for key in keys if any(key in column for column in columns)]
    lines = ["| " + " | ".join(keys) + " |", "|" + "---|" * len(keys)]
    return lines + ["| " + " | ".join(cell(column, key) for key in keys) + " |" for column in columns]


def listing(found: list[dict[str, str]]) -> list[str]:
    lines = [f"Findings: {len(found) or 'none'}"]
    for one in found:
        place = f" {one['column']}:" if one["column"] else ""
        lines.append(f"- {one['level']}:{place} {one['finding']}")
    return lines


def cell(column: dict[str, object], key: str) -> str:
    value = column.get(key, "")
    if key == "top" and isinstance(value, list):
        value = ", ".join(f"{shown} ({count})" for shown, count in value)
    if key == "distinct" and column["distinct_is_minimum"]:
        value = f"{value} or more"
    return str("" if value is None else value).replace("|", "\\|")


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Profile a CSV file: types, missing values, ranges, problems.")
    parser.add_argument("file", help="the CSV file, or - for standard input")
    parser.add_argument("--delimiter", choices=DELIMITERS, help="default: guessed")
    parser.add_argument("--encoding", default="utf-8-sig", help="default: UTF-8, with or without a byte order mark")
    parser.add_argument("--no-header", dest="header", action="store_false", help="the first row is data")
    parser.add_argument("--hide-values", action="store_true", help="show counts and types, no cell contents")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser.parse_args(argv)


def load(options: argparse.Namespace) -> Profile:
    """Read the input, with every way to fail turned into an UnreadableError that says what to try."""
    try:
        source = 0 if options.file == "-" else options.file  # descriptor 0 is standard input
        with open(source, encoding=options.encoding, newline="") as text:  # noqa: PTH123
            return read_profile(text, delimiter=DELIMITERS.get(options.delimiter), header=options.header)
    except LookupError as error:
        raise UnreadableError(f"unknown encoding {options.encoding!r}") from error
    except UnicodeError as error:
        raise UnreadableError(f"the input is not {options.encoding}: try --encoding cp1252 or utf-16") from error
    except csv.Error as error:
        raise UnreadableError(f"not readable as CSV ({error}): look for an unclosed quote") from error
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error


def main(argv: list[str] | None = None) -> int:
    options = arguments(argv)
    try:
        profile = load(options)
    except UnreadableError as error:
        print(f"csv_profile: {options.file}: {error}", file=sys.stderr)
        return 2
    columns = [column.summary(hide_values=options.hide_values) for column in profile.columns]
    found = findings(profile, hide_values=options.hide_values)
    if options.format == "json":
        report = {"rows": profile.rows, "delimiter": profile.delimiter, "columns": columns, "findings": found}
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print(f"{profile.rows} rows, {len(columns)} columns, delimiter {profile.delimiter!r}\n")
        print("\n".join([*table(columns), "", *listing(found)]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
