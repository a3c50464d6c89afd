"""SK092: a waiver counts only when it was given by somebody whom the policy allows to."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.registry import Registry
from mcpskills.validation.rule import Problem, RegistryRule
from mcpskills.validation.rules.registry.waivers import at


def check(_registry: Registry, policy: Policy) -> Iterator[Problem]:
    for waiver in policy.unauthorised:
        yield at(
            waiver,
            f"{quoted(waiver.by)} may not waive {waiver.rule}; the waiver does not count",
            f"Have it given by one of {', '.join(quoted(owner) for owner in policy.may_waive)}.",
        )


RULE = RegistryRule("SK092", "unauthorised-waiver", Severity.ERROR, check, essential=True)
