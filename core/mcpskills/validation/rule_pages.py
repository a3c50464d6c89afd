"""What docs/rules says about each rule: the wheel carries these pages, so that reports and `mcpskills explain` can tell it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mcpskills.errors import UnavailableError
from mcpskills.validation.rules import GROUPS

GROUP_OF: Mapping[str, str] = {rule.code: group for group, rules in GROUPS.items() for rule in rules}
"""The group of each code."""

_INSTALLED, _CHECKOUT = "rule-docs", "../../docs/rules"
_SECTION = re.compile(r"^## (SK\d{3}): ([^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
# Links lead between pages of the documentation; elsewhere they lead nowhere.
_LINK = re.compile(r"\[([^]\n]+)\]\([^)\n]+\)")
_SEVERITY = re.compile(r"\A(?:Error|Warning|Info)\. ")


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule's section: its heading, and its text as Markdown without links."""

    title: str
    markdown: str

    @property
    def finds(self) -> str:
        """The first paragraph in one line, without the severity that it starts with."""
        return " ".join(_SEVERITY.sub("", self.markdown.partition("\n\n")[0]).split())


def page_of(code: str) -> RulePage:
    """Raises `UnavailableError` when this installation lacks it."""
    page = _pages(GROUP_OF[code]).get(code)
    if page is None:
        raise UnavailableError(f"This installation has no page about the rule {code}; install open-mcp-skills again.")
    return page


@cache
def _pages(group: str) -> Mapping[str, RulePage]:
    for folder in (_INSTALLED, _CHECKOUT):
        page = files("mcpskills").joinpath(folder, f"{group}.md")
        if page.is_file():
            found = _SECTION.findall(page.read_text(encoding="utf-8"))
            return {code: RulePage(f"{code}: {title}", _LINK.sub(r"\1", text).strip()) for code, title, text in found}
    return {}
