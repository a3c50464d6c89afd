"""The options of `mcpskills validate` that say whose advice is wanted; see `advising`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

import typer

SCANNER = "skill-scanner"
"""The command that cisco-ai-skill-scanner installs."""

_PANEL = "Advice"


class Advice(StrEnum):
    """Whom to ask; see docs/advice.md."""

    CISCO = "cisco"
    LLM = "llm"


def _option(name: str, told: str) -> Any:
    """An option that the environment can set as well."""
    variable = f"MCPSKILLS_{name.upper().replace('-', '_')}"
    return typer.Option(f"--{name}", envvar=variable, help=told, rich_help_panel=_PANEL)


Names = Annotated[
    list[Advice] | None,
    typer.Option("--advice", help="Ask an adviser as well, which never blocks; repeatable.", rich_help_panel=_PANEL),
]
Program = Annotated[str, _option("advice-program", "Name or path of cisco-ai-skill-scanner's command.")]
Url = Annotated[str | None, _option("advice-url", "An OpenAI-compatible endpoint, up to its /v1.")]
Model = Annotated[str | None, _option("advice-model", "The model to ask there.")]
Key = Annotated[
    str | None, _option("advice-key", "The endpoint's key; an option is seen by other users of the machine.")
]


@dataclass(frozen=True, slots=True)
class Settings:
    """Whom to ask, and what they need to know."""

    names: tuple[Advice, ...] = ()
    program: str = SCANNER
    url: str | None = None
    model: str | None = None
    key: str | None = field(default=None, repr=False)
