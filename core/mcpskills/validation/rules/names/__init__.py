"""Rules about what a skill is called."""

from mcpskills.validation.rules.names import folder_name, lookalike, name, unique_name

RULES = (
    name.RULE,
    folder_name.RULE,
    unique_name.RULE,
    lookalike.RULE,
)
