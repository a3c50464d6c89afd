"""Rules about the registry as a whole."""

from mcpskills.validation.rules.registry import (
    code_owners,
    expired_waiver,
    readable_policy,
    unauthorised_waiver,
    unused_waiver,
)

RULES = (
    readable_policy.RULE,
    expired_waiver.RULE,
    unused_waiver.RULE,
    unauthorised_waiver.RULE,
    code_owners.RULE,
)
