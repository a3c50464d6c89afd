"""`mcpskills schema`: the JSON Schemas of what people write, for editors."""

import json
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated

import typer

from mcpskills.evals.schema import schema as evals_schema
from mcpskills.frontmatter import Json
from mcpskills.validation.schemas import registry_schema
from mcpskills.validation.skill_schema import skill_schema


class Kind(StrEnum):
    """What there is a schema of."""

    SKILL = "skill"
    REGISTRY = "registry"
    EVALS = "evals"


_SCHEMAS: Mapping[Kind, Callable[[], Mapping[str, Json]]] = {
    Kind.SKILL: skill_schema,
    Kind.REGISTRY: registry_schema,
    Kind.EVALS: evals_schema,
}


def schema(
    kind: Annotated[
        Kind, typer.Argument(help="A SKILL.md's frontmatter, the registry.toml, or a skill's evals/*.yaml.")
    ],
) -> None:
    """Print the JSON Schema (draft 2020-12) by which skills and registries are checked.

    Example: `mcpskills schema skill > skill.schema.json`
    """
    sys.stdout.write(json.dumps(_SCHEMAS[kind](), indent=2, ensure_ascii=False) + "\n")
