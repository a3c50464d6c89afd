"""Rules about what is fetched when somebody installs what a skill needs, from where, and what that runs."""

from mcpskills.validation.rules.dependencies import (
    address,
    downloading_script,
    foreign_source,
    insecure_source,
    install_script,
    package_index,
    unpinned,
    unreadable,
)

RULES = (
    unpinned.RULE,
    address.RULE,
    insecure_source.RULE,
    package_index.RULE,
    foreign_source.RULE,
    install_script.RULE,
    downloading_script.RULE,
    unreadable.RULE,
)
