"""The table of rules.

To add one: a file here with its `RULE`, a row in `RULES`, a heading in docs/rules.md and a test in tests/unit/rules.
Codes are never reused. A rule sees a whole folder, so a scanner of all files is a row like any other.
"""

import hashlib

from mcpskills.validation.rule import Rule
from mcpskills.validation.rules import (
    allowed_tools,
    byte_order_mark,
    description,
    encoding,
    field_types,
    file_count,
    files_only,
    folder_name,
    frontmatter,
    instructions,
    metadata_values,
    name,
    nested_skill,
    package_size,
    path_collisions,
    portable_paths,
    required_fields,
    reserved_file,
    safe_paths,
    script_size,
    skill_file,
    skill_file_size,
    tool_parentheses,
    unique_name,
    unknown_fields,
)

RULES: tuple[Rule, ...] = (
    skill_file.RULE,
    encoding.RULE,
    byte_order_mark.RULE,
    frontmatter.RULE,
    required_fields.RULE,
    name.RULE,
    description.RULE,
    folder_name.RULE,
    unique_name.RULE,
    field_types.RULE,
    metadata_values.RULE,
    allowed_tools.RULE,
    tool_parentheses.RULE,
    unknown_fields.RULE,
    instructions.RULE,
    skill_file_size.RULE,
    script_size.RULE,
    package_size.RULE,
    file_count.RULE,
    files_only.RULE,
    safe_paths.RULE,
    portable_paths.RULE,
    path_collisions.RULE,
    reserved_file.RULE,
    nested_skill.RULE,
)

_ROWS = ",".join(f"{rule.code}.{rule.version}:{rule.severity}" for rule in RULES)

RULE_SET = f"{RULES[-1].code}-{hashlib.sha256(_ROWS.encode()).hexdigest()[:8]}"
"""Names the table as it is now: another name means that a folder that was refused deserves another look."""
