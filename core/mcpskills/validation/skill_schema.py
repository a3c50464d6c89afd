"""The format of a SKILL.md's frontmatter as JSON Schema (draft 2020-12), and where a frontmatter breaks it.

Editors show the descriptions. Fields beyond these are allowed: they are kept and served.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from mcpskills.frontmatter import Json
from mcpskills.skill import COMPATIBILITY_LENGTH, DESCRIPTION_LENGTH, NAME, NAME_LENGTH, RESERVED_NAME

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_REQUIRED = ("name", "description")
# A frontmatter of 64 KiB has room for 20,000 values of a wrong type; a rule reports 100 of them at most.
_MOST = 500
# So many characters are left when white space at both ends is taken away.
_INNER = rf"^\s*\S[\s\S]{{{DESCRIPTION_LENGTH[0] - 2}}}[\s\S]*\S"
_TOOLS = "Tools that run without asking, with spaces between, such as `Read Grep Bash(git add *)`."
_METADATA = 'What describes the skill beyond the format: text under text, such as `version: "1.2.0"`.'


@dataclass(frozen=True, slots=True)
class Breach:
    """A place in the frontmatter, by keys and positions, with the keyword of the schema that it breaks.

    A field that is missing breaks `required` at its own key.
    """

    path: tuple[str | int, ...]
    keyword: str


@cache
def skill_schema() -> dict[str, Json]:
    """The JSON Schema of the YAML between the `---` lines."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Frontmatter of an agent skill",
        "type": "object",
        "required": list(_REQUIRED),
        "properties": _properties(),
    }


def breaches(data: Mapping[str, Json]) -> tuple[Breach, ...]:
    """Where a frontmatter breaks the schema, in the order of the schema."""
    errors = islice(_validator().iter_errors(data), _MOST)
    # A missing field is told of once for each that is missing, always with all of them.
    return tuple(dict.fromkeys(breach for error in errors for breach in _breaches(error, data)))


def fields() -> tuple[str, ...]:
    """The names of the fields that the format knows."""
    return tuple(_properties())


def _breaches(error: "ValidationError", data: Mapping[str, Json]) -> Iterator[Breach]:
    if error.validator == "required":
        yield from (Breach((key,), "required") for key in _REQUIRED if key not in data)
    else:
        yield Breach(tuple(error.absolute_path), str(error.validator))


def _properties() -> dict[str, Json]:
    # The longest come last: only so many breaches are looked for.
    return {
        "name": _name(),
        "description": _description(),
        "license": _text("The skill's licence: an SPDX expression such as `Apache-2.0`, or a file of the skill."),
        "compatibility": {
            **_text("One sentence about what the skill needs: products, packages, network."),
            "maxLength": COMPATIBILITY_LENGTH,
        },
        "user-invocable": {
            "description": "Whether people find the skill in menus and as a prompt.",
            "type": "boolean",
            "default": True,
        },
        "model": _text("The model that a client should use."),
        "context": _text("How a client should run the skill, such as `fork`."),
        "allowed-tools": {
            "description": _TOOLS,
            "type": ["string", "array"],
            "items": {"description": "One tool, such as `Bash(git add *)`.", "type": "string", "pattern": r"\S"},
        },
        "metadata": {"description": _METADATA, "type": "object", "additionalProperties": {"type": "string"}},
    }


def _name() -> Mapping[str, Json]:
    return {
        "description": "What the skill is called: lower-case letters, digits and single hyphens. Its folder has the same name.",
        "type": "string",
        "minLength": NAME_LENGTH[0],
        "maxLength": NAME_LENGTH[-1],
        "pattern": f"^{NAME.pattern}$",
        # For Python, unlike for ECMA-262 that JSON Schema asks for, `$` also stands before a line break at the end.
        "not": {"pattern": rf"^{RESERVED_NAME.pattern}$|\n"},
        "examples": ["pdf-forms"],
    }


def _description() -> Mapping[str, Json]:
    return {
        "description": "What the skill does and when to use it: all that an agent sees before it chooses.",
        "type": "string",
        "maxLength": DESCRIPTION_LENGTH[-1],
        "pattern": _INNER,
        "examples": ["Fills in PDF forms. Use when the user has a form to complete."],
    }


def _text(description: str) -> Mapping[str, Json]:
    return {"description": description, "type": "string"}


@cache
def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 2 MB, which a server that checks no skill does without

    return Draft202012Validator(skill_schema())
