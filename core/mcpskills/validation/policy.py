"""What a registry decides for itself about the rules: the typed content of `registry.toml`, see `registry_toml`."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date

from mcpskills.validation.finding import Severity

FILE = "registry.toml"


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, inclusive, of one skill. Bytes are raw bytes, before any compression."""

    skill_md_bytes: int = 100 * 1024
    script_bytes: int = 1024 * 1024
    package_bytes: int = 10 * 1024 * 1024
    files: int = 512


@dataclass(frozen=True, slots=True)
class Waiver:
    """Leave to go live in spite of what one rule finds at a path, until the end of the day `expires` (UTC).

    `path` is a file of the registry repository, or a folder with everything below it. `line` is where it stands in
    `registry.toml`, None when its place is not known.
    """

    rule: str
    path: str
    reason: str
    by: str
    expires: date
    line: int | None = field(default=None, compare=False)

    def covers(self, code: str, path: str) -> bool:
        return code == self.rule and (path == self.path or path.startswith(f"{self.path}/"))


@dataclass(frozen=True, slots=True)
class Policy:
    """The product's own without a `registry.toml`.

    `severities` are those that differ from the rules' own; None switches a rule off. `licenses` are the SPDX identifiers that
    a skill may have, `sources` the hosts that dependencies may come from beside their index; None allows all.
    `required` are the owners that CODEOWNERS must name, `may_waive` those who may grant a waiver; empty: anybody.
    `waivers` are in force, `expired` are not, and neither are `unauthorised` ones.
    """

    limits: Limits = Limits()
    severities: tuple[tuple[str, Severity | None], ...] = ()
    licenses: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    required: tuple[str, ...] = ()
    may_waive: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    expired: tuple[Waiver, ...] = ()
    unauthorised: tuple[Waiver, ...] = ()
    refuse_failed_evals: bool = False

    @property
    def digest(self) -> str:
        """Names everything that a verdict may depend on; 12 hex digits."""
        return hashlib.sha256(repr(self).encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def proposed(self, head: "Policy") -> "Policy":
        """By what a change of the policy is judged: what it leaves behind, with the weights and the allowances of this one."""
        waivers = (*head.waivers, *head.expired, *head.unauthorised)
        granted = {waiver for waiver in waivers if not self.may_waive or waiver.by in self.may_waive}
        return replace(
            head,
            severities=self.severities,
            may_waive=self.may_waive,
            # One that is only proposed has judged nothing yet, so nothing is known of its use.
            waivers=tuple(waiver for waiver in head.waivers if waiver in self.waivers),
            expired=tuple(waiver for waiver in head.expired if waiver in granted),
            unauthorised=tuple(waiver for waiver in waivers if waiver not in granted),
        )

    def severity(self, code: str, otherwise: Severity) -> Severity | None:
        """What a rule's findings weigh here; None when it is switched off."""
        return next((severity for named, severity in self.severities if named == code), otherwise)

    def waiver(self, code: str, path: str) -> Waiver | None:
        return next((waiver for waiver in self.waivers if waiver.covers(code, path)), None)
