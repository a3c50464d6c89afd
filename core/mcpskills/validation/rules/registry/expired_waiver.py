"""SK090: a waiver whose day has passed does not count any more."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.registry import Registry
from mcpskills.validation.rule import Problem, RegistryRule
from mcpskills.validation.rules.registry.waivers import at


def check(_registry: Registry, policy: Policy) -> Iterator[Problem]:
    for waiver in policy.expired:
        yield at(
            waiver,
            f"the waiver of {waiver.rule} for {quoted(waiver.path)} expired on {waiver.expires}",
            "Remove it, or have its reason looked at again and give it a new day.",
        )


RULE = RegistryRule("SK090", "expired-waiver", Severity.WARNING, check)
