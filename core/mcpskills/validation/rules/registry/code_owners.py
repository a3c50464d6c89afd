"""SK093: the reviewers that the policy requires must be those whom the forge asks."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.registry import CODE_OWNERS, Registry
from mcpskills.validation.rule import Problem, RegistryRule


def check(registry: Registry, policy: Policy) -> Iterator[Problem]:
    lines = (line.partition("#")[0].split() for line in (registry.owners or "").splitlines())
    named = {owner.casefold() for line in lines for owner in line[1:]}
    for owner in policy.required:
        if owner.casefold() not in named:
            yield Problem(
                f"{quoted(owner)} must review changes by this registry's policy, but CODEOWNERS does not name them",
                f"Add a line such as `* {owner}` to {CODE_OWNERS[0]}, or take them out of `review.required`.",
                path=CODE_OWNERS[0],
                text=owner,
            )


RULE = RegistryRule("SK093", "code-owners", Severity.WARNING, check)
