"""SK089: a change must leave a registry.toml behind that can be used, or the publisher stands still after the merge."""

from collections.abc import Iterator

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import FILE, Policy
from mcpskills.validation.registry import Registry
from mcpskills.validation.rule import Problem, RegistryRule


def check(registry: Registry, _policy: Policy) -> Iterator[Problem]:
    if registry.policy_fault:
        yield Problem(registry.policy_fault.rstrip("."), "Correct it before the merge.", path=FILE)


RULE = RegistryRule("SK089", "readable-policy", Severity.ERROR, check, essential=True)
