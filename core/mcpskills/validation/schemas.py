"""The JSON Schemas (draft 2020-12) that the product checks by and that editors can use; `docs/schemas/` holds them as files."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import TypeAlias

from mcpskills.claims import SKILLS_ROOT
from mcpskills.frontmatter import Json
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Limits
from mcpskills.validation.rules import RULES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EVALUATION = "`record` publishes a version whose evals fail and says so; `refuse` does not publish it."
_LONGEST, _MOST = 200, 200
_Schema: TypeAlias = dict[str, Json]
_OWNER: _Schema = {
    "type": "string",
    "pattern": r"^@?[\w.+/@-]{1,100}$",
    "description": "A user, a team or an address, such as `@example/security`.",
}


@cache
def registry_schema() -> _Schema:
    """Of `registry.toml`; a TOML date counts as its text."""
    license_id: _Schema = {"type": "string", "pattern": r"^[A-Za-z0-9.+-]{1,60}$", "description": "An SPDX identifier."}
    host: _Schema = {
        "type": "string",
        "pattern": r"^[a-z0-9.-]{1,253}$",
        "description": "A host such as `git.example.com`.",
    }
    return {
        "$schema": _DIALECT,
        "title": "registry.toml: the policy of an Open MCP Skills registry",
        **_table(
            {
                "limits": _table({_key(name): _limit(value) for name, value in asdict(Limits()).items()}),
                "rules": _table({code: _weight(code) for code in RULES}),
                "licenses": _table({"allowed": _list(license_id)}),
                "dependencies": _table({"sources": _list(host)}),
                "review": _table({"required": _list(_OWNER)}),
                "waiving": _table({"allowed": _list(_OWNER)}),
                "waivers": {"type": "array", "maxItems": _MOST, "items": _waiver()},
                "evaluation": _table({"on-failure": {"enum": ["record", "refuse"], "description": _EVALUATION}}),
            }
        ),
    }


def _waiver() -> _Schema:
    waivable: list[Json] = [code for code, rule in RULES.items() if not rule.essential]
    properties: _Schema = {
        "rule": {"enum": waivable, "description": "The code of a rule on which the product does not rely."},
        "path": {
            "type": "string",
            "pattern": rf"^{SKILLS_ROOT}/[^/](.*[^/])?$",
            "maxLength": 1024,
            "description": "A file or a folder below `skills/`, without a `/` at its end.",
        },
        "reason": {
            "type": "string",
            "minLength": 10,
            "maxLength": _LONGEST,
            "description": "Why it is right to let this through, for the next reviewer.",
        },
        "by": _OWNER,
        "expires": {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}$",
            "description": "The last day on which it counts, such as 2030-12-31.",
        },
    }
    return {**_table(properties), "required": list(properties)}


def _table(properties: _Schema) -> _Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _list(items: Mapping[str, Json]) -> _Schema:
    return {"type": "array", "maxItems": _MOST, "uniqueItems": True, "items": items}


def _limit(largest: int) -> _Schema:
    told = f"Between 1 and {largest}: a registry can only tighten a limit."
    return {"type": "integer", "minimum": 1, "maximum": largest, "description": told}


def _weight(code: str) -> _Schema:
    rule = RULES[code]
    if rule.essential:
        return {"const": rule.severity.value, "description": f"The product relies on {rule.name}: it stays as it is."}
    weights: list[Json] = [*(severity.value for severity in Severity), "off"]
    return {"enum": weights, "description": f"What {rule.name} weighs: `error`, `warning`, `info` or `off`."}


def _key(name: str) -> str:
    return name.replace("_", "-")
