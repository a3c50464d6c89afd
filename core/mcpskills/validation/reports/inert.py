"""Keeping output from being taken for a workflow command by GitHub's runner.

It takes a line for a command when it starts with `::`, after spaces or not, or holds `##[` anywhere.
"""

import re

OLD_COMMAND = "##["
"""What starts a command of the older form, anywhere in a line."""

# The backslash takes the place of a space where there is one, so that the line stays as wide as it was.
_NEW_COMMAND = re.compile(r"\A(\s*?)\s?(?=::)")


def inert(line: str) -> str:
    """The line with a backslash where a workflow's runner would take it for a command."""
    return _NEW_COMMAND.sub(r"\1\\", line).replace(OLD_COMMAND, "##\\[")
