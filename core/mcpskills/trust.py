"""Whether a version may be served: a trusted key vouches for exactly this version of this tenant."""

from collections.abc import Callable

from mcpskills import provenance
from mcpskills.errors import CorruptedError
from mcpskills.provenance import Provenance
from mcpskills.version import Version

Verify = Callable[[str, str], bytes]
"""The payload of an envelope that a trusted key signed as being of a payload type. Raises `CorruptedError` for any other."""


def check(tenant: str, version: Version, verify: Verify) -> Provenance:
    """What is vouched for. Raises `CorruptedError` when it is not this version, or nobody who is trusted does."""
    if version.provenance is None:
        raise CorruptedError(
            f"Nobody vouches for {version.skill!r} version {version.number}: it has no provenance. It was published before "
            "versions were signed, or written by somebody else. Change the skill in Git, and a signed version follows."
        )
    stated = provenance.read(verify(version.provenance, provenance.PAYLOAD_TYPE))
    provenance.matches(stated, tenant, version)
    return stated
