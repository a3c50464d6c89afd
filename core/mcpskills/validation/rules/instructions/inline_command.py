"""SK041: no command runs while the instructions are being read."""

import re
from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem, at_offset
from mcpskills.validation.rules.instructions.problem import distinct, redacted

_MARKDOWN = (".md", ".mdx", ".markdown")
_INLINE = re.compile(r"(?<![\w`!])!`[^`\n]{1,500}`|^[ \t]{0,3}```+!", re.MULTILINE)
_LINE = 2000
_FIX = "Write it as a step, such as: Run `git status`. Then the agent, its permissions and the user have a say."


def check(file: File) -> Iterator[Problem]:
    text = file.text or ""
    if not file.path.lower().endswith(_MARKDOWN) or ("!`" not in text and "```!" not in text):
        return iter(())
    return distinct(
        at_offset(
            file,
            *match.span(),
            f"{quoted(redacted(match[0].strip()))} runs as soon as some clients load the skill",
            _FIX,
        )
        for match in _INLINE.finditer(text)
        if _opens_code(text, match.start())
    )


def _opens_code(text: str, at: int) -> bool:
    """Whether no code span is open there: in `` `a!` or `b` `` the exclamation mark belongs to the first one."""
    line = max(text.rfind("\n", 0, at) + 1, at - _LINE)
    return text.count("`", line, at) % 2 == 0


RULE = FileRule("SK041", "inline-command", Severity.WARNING, check)
