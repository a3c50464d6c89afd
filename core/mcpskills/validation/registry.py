"""What a rule about the registry gets to see: everything but the content of skills."""

from dataclasses import dataclass

from mcpskills.validation.policy import Waiver

CODE_OWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for the file, in this order."""


@dataclass(frozen=True, slots=True)
class Registry:
    """`folders` are the paths of all skills, `checked` those that were judged in this run, `used` the waivers that were needed.

    `owners` is the content of CODEOWNERS, None when there is none; `policy_fault` what is wrong with its registry.toml when
    another one had to judge.
    """

    folders: tuple[str, ...]
    checked: tuple[str, ...] = ()
    used: frozenset[Waiver] = frozenset()
    owners: str | None = None
    policy_fault: str | None = None
