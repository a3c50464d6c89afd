"""Rules about content that a reviewer cannot read."""

from mcpskills.validation.rules.binaries import archive, binary_code, disguised, lfs_pointer

RULES = (
    binary_code.RULE,
    archive.RULE,
    disguised.RULE,
    lfs_pointer.RULE,
)
