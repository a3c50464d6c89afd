"""SK091: a waiver that nothing needs would one day let something through that nobody has looked at."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy, Waiver
from mcpskills.validation.registry import Registry
from mcpskills.validation.rule import Problem, RegistryRule
from mcpskills.validation.rules.registry.waivers import at


def check(registry: Registry, policy: Policy) -> Iterator[Problem]:
    for waiver in policy.waivers:
        if waiver not in registry.used and _decided(waiver, registry):
            yield at(
                waiver,
                f"nothing needs the waiver of {waiver.rule} for {quoted(waiver.path)}",
                "Remove it, or correct its rule or path.",
            )


def _decided(waiver: Waiver, registry: Registry) -> bool:
    """Whether the skills that it reaches were all judged; when only a change is judged, the others say nothing."""
    reached = {folder for folder in registry.folders if _meet(waiver.path, folder)}
    return reached <= set(registry.checked)


def _meet(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/") or folder.startswith(f"{path}/")


RULE = RegistryRule("SK091", "unused-waiver", Severity.WARNING, check)
