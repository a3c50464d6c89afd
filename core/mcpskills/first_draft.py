"""What a new skill starts from: a SKILL.md that passes every rule and says what to write in its place."""

from typing import Final

_TEMPLATE: Final = """\
---
name: {name}
description: Says in one or two sentences what this skill does. Use when the user asks for it, in the words that they would use.
license: Apache-2.0
metadata:
  author: your team
  version: "0.1.0"
---

# {title}

What an agent needs to know to do this well, in the order in which it needs it.

## Steps

1. Say what to look at first, and what a good result looks like.
2. Name files of this folder when they are needed: details below `references/`, programs below `scripts/`, templates and other
   material below `assets/`.
3. Say how to check the result.

## Examples

Show one request and the answer that you would give.
"""


def instructions(name: str) -> str:
    """The SKILL.md of a skill of that name, which is a valid one."""
    return _TEMPLATE.format(name=name, title=name.replace("-", " ").capitalize())
