"""`mcpskills explain CODE`: what a rule finds, why, and what to do, without a browser."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from mcpskills.printable import printable
from mcpskills.validation.rule_pages import GROUP_OF, page_of
from mcpskills.validation.rules import RULES

_WIDEST = 100


def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A rule's code, such as SK007, or its name.")],
) -> None:
    """Explain a rule: what it finds, why that matters, how to fix it and whether it can be waived.

    Example: `mcpskills explain SK007`
    """
    known = {name: rule.code for rule in RULES.values() for name in (rule.code.lower(), rule.name)}
    wanted = known.get(code.strip().lower())
    if wanted is None:
        shown = printable(code)
        raise typer.BadParameter(f"There is no rule {shown}; `mcpskills validate` names them.", param_hint="CODE")
    page = page_of(wanted)
    console = Console(highlight=False)
    console.width = min(console.width, _WIDEST)
    console.print(f"[bold]{page.title}[/bold] [dim]({GROUP_OF[wanted]})[/dim]\n", highlight=False)
    console.print(Markdown(page.markdown))
