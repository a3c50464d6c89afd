"""The format of `evals/*.yaml` as JSON Schema. Descriptions are shown by editors, and as the advice of rule SK095."""

from collections.abc import Mapping
from typing import Final

from mcpskills.frontmatter import Json
from mcpskills.query import MAX_LIMIT, MAX_QUERY

MAX_CASES: Final = 100
"""Cases of one skill, over all its files."""

DEFAULT_WITHIN: Final = 5

_MAX_ARGUMENTS = 50
_MAX_TEXT = 10_000

_TRIGGER: Mapping[str, Json] = {
    "type": "object",
    "description": "A request, and whether the search finds this skill for it.",
    "additionalProperties": False,
    "required": ["request"],
    "properties": {
        "request": {
            "description": f"What somebody asks for, in their own words: 1 to {MAX_QUERY} characters.",
            "type": "string",
            "maxLength": MAX_QUERY,
            "pattern": r"\S",
        },
        "finds": {
            "description": "Write true when the search must find this skill for the request, false when it must not.",
            "type": "boolean",
            "default": True,
        },
        "within": {
            "description": f"Among how many of the first results the skill must be, or must not be: 1 to {MAX_LIMIT}.",
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_WITHIN,
        },
    },
}

_OUTPUT: Mapping[str, Json] = {"type": "string", "maxLength": _MAX_TEXT}

_SCRIPT: Mapping[str, Json] = {
    "type": "object",
    "description": "A run of one of the skill's scripts, and what it must come to.",
    "additionalProperties": False,
    "required": ["run", "expect"],
    "properties": {
        "run": {
            "description": "The path of a file in this skill, such as scripts/fill.py.",
            "type": "string",
            "minLength": 1,
            "maxLength": 500,
        },
        "args": {
            "description": f"The arguments of the script: a list of at most {_MAX_ARGUMENTS} texts.",
            "type": "array",
            "maxItems": _MAX_ARGUMENTS,
            "items": {"type": "string", "maxLength": _MAX_TEXT, "description": "Put it in quotes to make it a text."},
            "default": [],
        },
        "stdin": {**_OUTPUT, "description": "What the script reads from standard input.", "default": ""},
        "expect": {
            "type": "object",
            "description": "Write `exit`, and one of `stdout` and `stdout-contains`; or one of the three alone.",
            "additionalProperties": False,
            "minProperties": 1,
            "not": {"required": ["stdout", "stdout-contains"]},
            "properties": {
                "exit": {
                    "description": "The exit code: 0 to 255.",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 255,
                    "default": 0,
                },
                "stdout": {**_OUTPUT, "description": "The whole of what the script prints."},
                "stdout-contains": {**_OUTPUT, "description": "A part of what the script prints.", "minLength": 1},
            },
        },
    },
}


def schema() -> Mapping[str, Json]:
    """The JSON Schema (draft 2020-12) of one `evals/*.yaml`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Evals of an agent skill",
        "type": "object",
        "description": "Write `triggers:` with a list of requests, `scripts:` with a list of runs, or both.",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            # maxItems stands before items: see `schema_faults.faults`.
            "triggers": {
                "description": f"Write a list of 1 to {MAX_CASES} requests, each with `request:`.",
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_CASES,
                "items": _TRIGGER,
            },
            "scripts": {
                "description": f"Write a list of 1 to {MAX_CASES} runs, each with `run:` and `expect:`.",
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_CASES,
                "items": _SCRIPT,
            },
        },
    }
