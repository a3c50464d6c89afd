"""SK033: nothing is run that comes from a bare public IP address."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.addresses import public_address
from mcpskills.validation.rules.instructions.commands import crowd
from mcpskills.validation.rules.instructions.downloads import FETCH, downloads_run_at_once, downloads_run_later
from mcpskills.validation.rules.instructions.problem import distinct, problem, too_many
from mcpskills.validation.rules.instructions.shadow import shadow_of

_FIX = "Remove the command; offer the program as a package, or from a host with a name and a certificate."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    many = crowd(shadow, FETCH)
    if many is not None:
        yield too_many(shadow, many)
        return
    found = (
        (span, public_address(span.what)) for span in (*downloads_run_at_once(shadow), *downloads_run_later(shadow))
    )
    yield from distinct(
        problem(shadow, span.start, span.end, f"a download from the bare IP address {address} is run", _FIX)
        for span, address in found
        if address
    )


RULE = FileRule("SK033", "address-to-shell", Severity.ERROR, check)
