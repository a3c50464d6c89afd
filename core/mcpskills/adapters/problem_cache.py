"""What rules found in files and folders that have not changed since."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from mcpskills.adapters.text_cache import TextCache
from mcpskills.validation.rule import Problem
from mcpskills.validation.validate import Problems


class ProblemCache:
    """Problems by key, see `TextCache`."""

    def __init__(self, file: Path) -> None:
        self._texts = TextCache(file)

    def get(self, keys: Iterable[str]) -> dict[str, Problems]:
        """What is known, by key."""
        texts = self._texts.get(keys).items()
        return {key: problems for key, text in texts if (problems := _problems(text)) is not None}

    def put(self, found: Mapping[str, Problems]) -> None:
        """Keep what was found."""
        self._texts.put({key: _text(problems) for key, problems in found.items()})

    def close(self) -> None:
        self._texts.close()


def _text(problems: Problems) -> str:
    return json.dumps([[code, asdict(problem)] for code, problem in problems])


def _problems(text: str) -> Problems | None:
    try:
        return tuple((code, Problem(**fields)) for code, fields in json.loads(text))
    except (TypeError, ValueError):
        # Not what was kept: a damaged cache is an empty one.
        return None
