"""Files in which a skill's author names what scripts need, read by what the rules read them with."""

import re

from packaging.requirements import InvalidRequirement, Requirement

from mcpskills.sbom.dependency import Dependency
from mcpskills.validation.file import File
from mcpskills.validation.rules.dependencies.declared import Declared, Kind
from mcpskills.validation.rules.dependencies.reading import manifest

# By the path in lower case; the first that fits. A conda environment mixes packages of conda with those of pip.
_ECOSYSTEMS = (
    (re.compile(r"(?:.*/)?package\.json"), "npm"),
    (re.compile(r"(?:.*/)?cargo\.toml"), "cargo"),
    (re.compile(r"(?:.*/)?environment[^/]*\.ya?ml"), ""),
    (re.compile(r".*"), "pypi"),
)
_REQUIREMENTS_LOCK = re.compile(r"(?:.*/)?(?:requirements|constraints)[^/]*\.lock")
# How pip takes a name for what an address holds: before it, or in its fragment.
_NAMED = re.compile(r"([A-Za-z0-9][\w.-]{0,100})[ \t]{0,9}(?:\[[^\]]{0,200}\])?[ \t]{0,9}@[ \t]")
_EGG = re.compile(r"#(?:[^#\s]{1,200}&)?egg=([\w.-]{1,100})")
_ONE_RELEASE = ("==", "===")
_EXACT = re.compile(r"[=v\s]*([\w.+!-]+)")


def read(file: File) -> tuple[list[Dependency], str | None]:
    """What a file declares, and why it, or the rest of it, could not be read: the end of a sentence."""
    path = file.path.lower()
    if _REQUIREMENTS_LOCK.fullmatch(path):
        # The same format under a name that the rules leave alone.
        file = File(f"{file.path}.requirements.txt", file.content, executable=False)
    found = manifest(file)
    ecosystem = next(ecosystem for pattern, ecosystem in _ECOSYSTEMS if pattern.fullmatch(path))
    return [_dependency(ecosystem, item) for item in found.of(Kind.PACKAGE, Kind.ADDRESS)], found.fault


def _dependency(ecosystem: str, declared: Declared) -> Dependency:
    if declared.kind is Kind.ADDRESS:
        named = _NAMED.match(declared.text) or _EGG.search(declared.text)
        return Dependency(ecosystem, named[1] if named else declared.url, url=declared.url)
    if ecosystem == "pypi":
        try:
            return _required(Requirement(declared.text))
        except (InvalidRequirement, RecursionError):
            # Poetry and Pipenv write a name and a range.
            pass
    name, _, wanted = declared.text.partition(" ")
    exact = _EXACT.fullmatch(wanted.strip()) if declared.pinned else None
    return Dependency(ecosystem, name, exact[1]) if exact else Dependency(ecosystem, name, wanted=wanted.strip())


def _required(requirement: Requirement) -> Dependency:
    specifiers = list(requirement.specifier)
    if len(specifiers) == 1 and specifiers[0].operator in _ONE_RELEASE and "*" not in specifiers[0].version:
        return Dependency("pypi", requirement.name, specifiers[0].version)
    return Dependency("pypi", requirement.name, wanted=str(requirement.specifier))
