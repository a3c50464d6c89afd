"""Rules about what a skill says of itself that can be tried out."""

from mcpskills.validation.rules.evals import cases

RULES = (cases.RULE,)
