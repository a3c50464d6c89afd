"""Rules about the frontmatter and its fields."""

from mcpskills.validation.rules.schema import (
    allowed_license,
    allowed_tools,
    description,
    field_types,
    frontmatter,
    instructions,
    metadata_values,
    required_fields,
    tool_parentheses,
    unknown_fields,
)

RULES = (
    frontmatter.RULE,
    required_fields.RULE,
    description.RULE,
    field_types.RULE,
    metadata_values.RULE,
    allowed_tools.RULE,
    tool_parentheses.RULE,
    unknown_fields.RULE,
    instructions.RULE,
    allowed_license.RULE,
)
