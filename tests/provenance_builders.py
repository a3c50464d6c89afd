"""Builders of provenance for tests: what a publisher would say of `catalog_builders.a_version`."""

from dataclasses import replace
from typing import Any

from catalog_builders import TENANT, a_version
from mcpskills.ports import Signer
from mcpskills.provenance import (
    PAYLOAD_TYPE,
    Builder,
    CommitSignature,
    Provenance,
    Review,
    Ruling,
    SignatureState,
    statement,
)
from mcpskills.version import Version


def a_provenance(version: Version | None = None, **other: Any) -> Provenance:
    """The whole provenance of a version; `other` replaces fields by name."""
    version = version or a_version()
    provenance = Provenance(
        tenant=TENANT,
        skill=version.skill,
        number=version.number,
        digest=version.digest,
        repository="4711",
        origin=version.origin,
        review=Review(
            proposal="12",
            merger="grace",
            signature=CommitSignature(SignatureState.VERIFIED, "ssh", "SHA256:abc", "grace@example.org"),
        ),
        rewritten=version.rewritten,
        ruling=Ruling(rules="80-0123abcd", warnings=2, infos=1, waived=0),
        evaluation=version.evaluation,
        sbom=version.sbom,
        builder=Builder("open-mcp-skills", "1.2.3"),
        published_at=version.published_at,
    )
    return replace(provenance, **other)


def signed(version: Version, signer: Signer, **other: Any) -> Version:
    """The version with an envelope around what a publisher says of it; `other` as for `a_provenance`."""
    return replace(version, provenance=signer.sign(statement(a_provenance(version, **other)), PAYLOAD_TYPE))
