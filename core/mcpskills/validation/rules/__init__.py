"""The table of rules, by group.

To add one: a file in its group's folder with its `RULE`, a row in that group's `RULES`, a heading in `docs/rules/<group>.md`,
a test in tests/unit/rules and its words in the dashboard's `language/zh/rules.toml`. Codes are never reused. A rule that looks at
a single file's content is a `FileRule`.
"""

import hashlib
from collections.abc import Mapping

from mcpskills.validation.rule import AnyRule, FileRule, RegistryRule, Rule
from mcpskills.validation.rules import (
    advice,
    binaries,
    dependencies,
    encoding,
    evals,
    instructions,
    names,
    portability,
    python,
    registry,
    schema,
    secrets,
    structure,
)

GROUPS: Mapping[str, tuple[AnyRule, ...]] = {
    "structure": structure.RULES,
    "encoding": encoding.RULES,
    "schema": schema.RULES,
    "names": names.RULES,
    "portability": portability.RULES,
    "binaries": binaries.RULES,
    "dependencies": dependencies.RULES,
    "python": python.RULES,
    "secrets": secrets.RULES,
    "instructions": instructions.RULES,
    "evals": evals.RULES,
    "registry": registry.RULES,
    "advice": advice.RULES,
}

RULES: Mapping[str, AnyRule] = {rule.code: rule for rules in GROUPS.values() for rule in rules}
"""Every rule under its code."""

FOLDER_RULES = tuple(rule for rule in RULES.values() if isinstance(rule, Rule))
FILE_RULES = tuple(rule for rule in RULES.values() if isinstance(rule, FileRule))
REGISTRY_RULES = tuple(rule for rule in RULES.values() if isinstance(rule, RegistryRule))

_ROWS = ",".join(f"{rule.code}.{rule.version}:{rule.severity}" for rule in RULES.values())

RULE_SET = f"{len(RULES)}-{hashlib.sha256(_ROWS.encode()).hexdigest()[:8]}"
"""Names the table as it is now: another name means that a folder that was refused deserves another look."""
