"""Errors in the reader's language: what the server said word for word, what the dashboard itself says from the catalogs.

In a language that has words for the kind of a refusal these come before the server's own.
"""

from mcpskills.errors import McpSkillsError
from mcpskills_dashboard.client.refusals import Own, RefusedError, UnusableError
from mcpskills_dashboard.language import catalog, chosen, text


def sentence(error: McpSkillsError, language: str | None = None) -> str:
    """What the error says, in the reader's language unless one is named."""
    if not isinstance(error, RefusedError | UnusableError):
        return error.message
    spoken = language or chosen()
    said = " ".join(text(spoken, each.key, **each.values) if isinstance(each, Own) else each for each in error.said)
    kind = f"refusals.{error.kind}" if isinstance(error, RefusedError) else ""
    return text(spoken, kind, said=said) if kind in catalog(spoken) else said
