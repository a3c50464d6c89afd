"""Placeholders in a skill's instructions: `$ARGUMENTS`, `$1` to `$9`, and the names that the frontmatter gives to these.

`$1` is ordinary in shell text and `$5` in prices, so positions count only where the frontmatter declares arguments.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mcpskills.errors import TooLargeError
from mcpskills.skill import Skill

ALL: Final = "arguments"
"""The argument that stands for `$ARGUMENTS`."""

MAX_POSITIONS: Final = 9
MAX_RESULT: Final = 1_000_000

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that a prompt offers. `hint` is the author's `argument-hint`, where there is one."""

    name: str
    hint: str | None


def arguments(skill: Skill) -> Sequence[Argument]:
    """The arguments that the instructions use, `$ARGUMENTS` first, then by position. All are optional."""
    meanings = _meanings(skill)
    used = {meanings[text] for text in _pattern(meanings).findall(skill.body)}
    return [Argument(name, _hint(skill)) for name in dict.fromkeys(meanings.values()) if name in used]


def filled(skill: Skill, values: Mapping[str, str]) -> str:
    """The instructions with their placeholders replaced, missing values by nothing. Raises `TooLargeError`.

    One pass over the author's text: a value that looks like a placeholder stays as it was given.
    """
    meanings = _meanings(skill)
    length = len(skill.body)

    def value(match: re.Match[str]) -> str:
        nonlocal length
        given = values.get(meanings[match[0]], "")
        length += len(given)
        if length > MAX_RESULT:
            raise TooLargeError(f"With these arguments the prompt would exceed {MAX_RESULT} characters; shorten them.")
        return given

    return _pattern(meanings).sub(value, skill.body)


def _meanings(skill: Skill) -> Mapping[str, str]:
    """What each placeholder stands for: an argument's name by the placeholder's text."""
    names = _declared_names(skill)
    meanings = {"$ARGUMENTS": ALL}
    if names or _hint(skill) is not None:
        for position in range(1, MAX_POSITIONS + 1):
            meanings[f"${position}"] = names[position - 1] if position <= len(names) else f"argument{position}"
    return {**meanings, **{f"${name}": name for name in names}}


def _pattern(meanings: Mapping[str, str]) -> re.Pattern[str]:
    """Matches exactly the placeholders that mean something. The longest goes first: `$file-name` is not `$file`."""
    texts = sorted(meanings, key=len, reverse=True)
    words = "|".join(re.escape(text) for text in texts if not text[1].isdigit())
    digits = "|".join(re.escape(text) for text in texts if text[1].isdigit())
    return re.compile(rf"(?:{words})(?![A-Za-z0-9_])" + (rf"|(?:{digits})(?![0-9])" if digits else ""))


def _declared_names(skill: Skill) -> Sequence[str]:
    declared = skill.frontmatter.get("arguments")
    listed = declared.split() if isinstance(declared, str) else declared if isinstance(declared, list) else []
    names = [name for name in listed if isinstance(name, str) and _NAME.fullmatch(name)]
    return list(dict.fromkeys(names))[:MAX_POSITIONS]


def _hint(skill: Skill) -> str | None:
    """The hint as text; YAML reads the usual `[file] [format]` without quotes as a list."""
    hint = skill.frontmatter.get("argument-hint")
    if isinstance(hint, list):
        return " ".join(f"[{item}]" for item in hint)
    return hint if isinstance(hint, str) else None
