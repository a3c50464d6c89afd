"""Rules about what works here and not elsewhere: with other clients, on other systems, in a copy of the folder alone."""

from mcpskills.validation.rules.portability import (
    executable_bit,
    line_ends,
    links,
    long_instructions,
    script_line_ends,
)

RULES = (
    links.RULE,
    long_instructions.RULE,
    script_line_ends.RULE,
    line_ends.RULE,
    executable_bit.RULE,
)
