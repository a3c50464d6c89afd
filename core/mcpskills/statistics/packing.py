"""What stands in a sheet: rows of figures, packed and read back."""

import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec

from mcpskills.errors import UnavailableError
from mcpskills.statistics.figures import Figures, OpenFigures
from mcpskills.statistics.latencies import joined
from mcpskills.statistics.sheet import Sheet
from mcpskills.statistics.users import Users

LEAF_BYTES: Final = 300 * 1024
"""Of a body, about; what is larger is kept in several leaves, because DynamoDB keeps 400 KB in one."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """Whose figures. `version` is None where figures of all versions are together."""

    skill: str
    version: int | None = None


NOBODYS: Final = Row("")

Rows = dict[Row, Figures]


class _Packed(msgspec.Struct, array_like=True):
    skill: str
    version: int | None
    numbers: tuple[int, int, int, int, int, int]
    latencies: dict[int, int]
    users: bytes
    short: bytes = b""
    """What is counted beside `latencies`: see `latencies.joined`."""


class _Body(msgspec.Struct, array_like=True):
    leaves: int
    rows: list[_Packed]


_DECODER: Final = msgspec.msgpack.Decoder(_Body)


def written(rows: Mapping[Row, Figures | OpenFigures], of: Sheet) -> Sequence[Sheet]:
    """The rows in leaves of this sheet, which has no body yet."""
    packed = [_packed(row, figures) for row, figures in rows.items()]
    bodies = [_body(1, packed)]
    if len(bodies[0]) > LEAF_BYTES:
        leaves = 2 * len(bodies[0]) // LEAF_BYTES + 1
        bodies = [_body(leaves, packed[at::leaves]) for at in range(leaves)]
    return [replace(of, body=body, leaf=leaf) for leaf, body in enumerate(bodies)]


def rows(sheets: Iterable[Sheet], wanted: Callable[[str], bool] = lambda _: True) -> Iterator[tuple[Row, Figures]]:
    """What stands in these leaves, of any sheets, of skills that are wanted. Raises `UnavailableError` for what is damaged."""
    for _, leaves in itertools.groupby(sorted(sheets, key=_place), key=lambda sheet: _place(sheet)[:-1]):
        bodies = [_read(sheet) for sheet in leaves]
        # More leaves than the first knows of are left over from when the sheet was larger.
        for body in bodies[: bodies[0].leaves]:
            for packed in filter(lambda row: wanted(row.skill), body.rows):
                yield Row(packed.skill, packed.version), _figures(packed)


def merged(sheets: Iterable[Sheet], wanted: Callable[[str], bool] = lambda _: True, *, versions: bool = True) -> Rows:
    """The figures of all sheets together, of skills that are wanted; without `versions`, those of all versions of a skill."""
    together: Rows = {}
    add_to(together, rows(sheets, wanted), versions=versions)
    return together


def add_to(together: Rows, more: Iterable[tuple[Row, Figures]], *, versions: bool = True) -> None:
    for row, figures in more:
        kept = row if versions or row.version is None else Row(row.skill)
        known = together.get(kept)
        if known is None:
            together[kept] = figures
        else:
            known.merge(figures)


def _place(sheet: Sheet) -> tuple[str, str, datetime, str, int]:
    return sheet.part, sheet.kind, sheet.start, sheet.writer, sheet.leaf


def _body(leaves: int, packed: list[_Packed]) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(_Body(leaves, packed)), 1)


def _packed(row: Row, figures: Figures | OpenFigures) -> _Packed:
    counts, short = figures.latencies.apart
    calls = figures.calls if isinstance(figures, Figures) else sum(counts.values()) + sum(short)
    numbers = calls, figures.errors, figures.timeouts, figures.dropped, figures.first, figures.last
    return _Packed(row.skill, row.version, numbers, counts, figures.users.packed(), short)


def _figures(packed: _Packed) -> Figures:
    calls, errors, timeouts, dropped, first, last = packed.numbers
    latencies = joined(packed.latencies, packed.short)
    return Figures(calls, errors, timeouts, dropped, first, last, latencies, Users(packed.users))


def _read(sheet: Sheet) -> _Body:
    try:
        return _DECODER.decode(zlib.decompress(sheet.body))
    except (zlib.error, msgspec.DecodeError) as error:
        raise UnavailableError(
            f"The statistics of {sheet.part} in {sheet.kind} from {sheet.start} are damaged."
        ) from error
