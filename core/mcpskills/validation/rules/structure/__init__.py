"""Rules about sizes, paths and kinds of files."""

from mcpskills.validation.rules.structure import (
    checkable,
    file_count,
    files_only,
    nested_skill,
    package_size,
    path_collisions,
    portable_paths,
    reserved_file,
    safe_paths,
    script_size,
    skill_file,
    skill_file_size,
)

RULES = (
    skill_file.RULE,
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
    checkable.RULE,
)
