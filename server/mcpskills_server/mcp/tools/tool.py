"""What a tool is made of, and the schemas that clients see of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import mcp_types as types
from pydantic import BaseModel, ConfigDict, Field

from mcpskills.version import Version
from mcpskills_server.library import Library
from mcpskills_server.mcp import provenance
from mcpskills_server.mcp.uris import MAX_VERSION
from mcpskills_server.replica import View


class Arguments(BaseModel):
    """Arguments of a tool; unknown ones are refused, because a misspelt one would be ignored without a word."""

    model_config = ConfigDict(extra="forbid")


VersionNumber = Annotated[int, Field(ge=1, le=MAX_VERSION)]

A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool found: for the model as blocks, for programs as a structure. `version` is what it is about, if one."""

    content: Sequence[types.ContentBlock]
    structure: BaseModel
    version: Version | None = None


def result(answer: Answer) -> types.CallToolResult:
    return types.CallToolResult(
        content=list(answer.content),
        structured_content=answer.structure.model_dump(mode="json", exclude_none=True),
        _meta=provenance.of(answer.version) if answer.version else None,
    )


@dataclass(frozen=True, slots=True)
class Tool(Generic[A]):
    """A row of the table. `run` answers from one view of the registry; what it raises is told to the model."""

    name: str
    title: str
    description: str
    arguments: type[A]
    structure: type[BaseModel]
    run: Callable[[View, Library, A], Awaitable[Answer]]

    def listed(self) -> types.Tool:
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=_schema(self.arguments),
            output_schema=_schema(self.structure),
            annotations=types.ToolAnnotations(
                title=self.title,
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )

    async def answer(self, view: View, library: Library, given: Mapping[str, Any]) -> Answer:
        """An argument that is null counts as absent. Raises `pydantic.ValidationError`, else what `run` raises."""
        # Models send null for what they leave out, whatever the schema says.
        present = {name: value for name, value in given.items() if value is not None}
        return await self.run(view, library, self.arguments.model_validate(present))


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(mode="serialization" if not issubclass(model, Arguments) else "validation")
    return _plain(schema)


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the titles and null defaults that pydantic adds: every client sends the schemas to its model."""
    return {
        key: _plain_value(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }


def _plain_value(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list):
        return [_plain_value(item) for item in value]
    return value
