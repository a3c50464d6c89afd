"""SK083: the licence is one of those that the registry's policy allows."""

import re
from collections.abc import Iterator, Sequence

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_value
from mcpskills.validation.subject import Subject

_LONGEST = 200
_SHOWN = 5
_TOKEN = re.compile(r"[()]|[^\s()]+")


def check(subject: Subject, policy: Policy) -> Iterator[Problem]:
    if policy.licenses is None or subject.frontmatter is None:
        return
    problem = _fault(subject.value("license"), policy.licenses)
    if problem:
        allowed = ", ".join(map(quoted, policy.licenses[:_SHOWN])) or "none"
        more = ", …" if len(policy.licenses) > _SHOWN else ""
        fix = f"Write an SPDX expression of what the registry allows: {allowed}{more}."
        yield at_value(subject, "license", problem, fix)


def _fault(value: object, allowed: Sequence[str]) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "the skill names no licence, and this registry asks for one"
    try:
        expression = canonicalize_license_expression(value if len(value) <= _LONGEST else "")
    except InvalidLicenseExpression:
        return f"the licence {quoted(value)} is no SPDX expression, so it cannot be compared with what this registry allows"
    if _Terms(expression, allowed).met():
        return None
    return f"the licence {quoted(value)} is not allowed in this registry"


class _Terms:
    """Works out an SPDX expression (annex D of SPDX 2.3): of `OR` one side must be allowed, of `AND` both."""

    def __init__(self, expression: str, allowed: Sequence[str]) -> None:
        self._tokens = _TOKEN.findall(expression)
        self._allowed = {name.casefold() for name in allowed}

    def met(self) -> bool:
        met = self._all()
        while self._take("OR"):
            met = self._all() or met
        return met

    def _all(self) -> bool:
        met = self._one()
        while self._take("AND"):
            met = self._one() and met
        return met

    def _one(self) -> bool:
        if self._take("("):
            met = self.met()
            self._take(")")
            return met
        name = self._tokens.pop(0).casefold()
        # An exception gives more leave than the licence alone, and `+` leaves the choice of the licence itself.
        if self._take("WITH"):
            self._tokens.pop(0)
        return name in self._allowed or name.removesuffix("+") in self._allowed

    def _take(self, token: str) -> bool:
        if self._tokens[:1] != [token]:
            return False
        self._tokens.pop(0)
        return True


RULE = Rule("SK083", "allowed-license", Severity.ERROR, check)
