"""Rules in the reader's language, by their codes. In English findings say it themselves, with their particulars."""

from dataclasses import dataclass

from mcpskills_dashboard.language import catalog, chosen


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule finds, and what to do about it, in Markdown of our own."""

    title: str
    fix: str


def told(code: str, language: str | None = None) -> Told | None:
    """In the reader's language unless one is named; None where that has no words for it, such as for a rule of a newer server."""
    words = catalog(language or chosen())
    title, fix = words.get(f"rules.{code}.title"), words.get(f"rules.{code}.fix")
    return None if title is None or fix is None else Told(title, fix)
