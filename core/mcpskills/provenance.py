"""What is said under a signature about one version of a skill: an in-toto statement whose predicate is of our own type.

Pure. To add a field: a field of `Provenance` (optional, so that older statements still read), a line in `statement` and in
`read`, a row in docs/provenance.md. Another meaning of a field that exists takes another `PREDICATE_TYPE`.
Source: in-toto Attestation Framework, Statement v1.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mcpskills import strict_json
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.printable import quoted
from mcpskills.strict_json import Reading
from mcpskills.version import Evaluation, Origin, Version

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://openmcpskills.io/provenance/v1"

STATEMENT_LIMIT = 4_000
"""Bytes. AWS KMS signs at most 4,096 with ed25519, and DSSE puts some forty before the statement."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_SHA256 = "sha256"
_PLACE = "The provenance statement"


class SignatureState(StrEnum):
    """What was found out about a commit's signature."""

    NONE = "none"
    VERIFIED = "verified"
    UNKNOWN_SIGNER = "unknown-signer"
    """The signature fits the commit and its own key, but nobody whom the operator named holds that key."""
    INVALID = "invalid"
    """There is a signature, and it does not fit the commit: one of the two was changed."""
    UNCHECKED = "unchecked"
    """There is a signature that cannot be checked here."""


@dataclass(frozen=True, slots=True)
class CommitSignature:
    """What a commit is signed with. `format` is `ssh`, `gpg`, `x509` or `unknown`.

    `key` is the fingerprint of the key that made it, as `ssh-keygen -l` prints it; `signer` is whom the operator says the
    key belongs to. Both only where the state is `verified`, `key` for `unknown-signer` as well.
    """

    state: SignatureState
    format: str | None = None
    key: str | None = None
    signer: str | None = None


UNSIGNED = CommitSignature(SignatureState.NONE)


@dataclass(frozen=True, slots=True)
class Review:
    """By which way the commit came onto the tracked branch: the proposal and who merged it, as the forge names them."""

    proposal: str | None
    merger: str | None
    signature: CommitSignature


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules said of the folder: the rule set by its name, and how many findings did not keep it from going live."""

    rules: str
    warnings: int
    infos: int
    waived: int


@dataclass(frozen=True, slots=True)
class Builder:
    """The program that built and published the version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is signed for one version. `evaluation` tells the numbers only; `sbom` is the digest of the SBOM.

    `repository` is the registry repository's id on its forge, which survives a new name and does not survive another owner.
    """

    tenant: str
    skill: str
    number: int
    digest: str
    repository: str
    origin: Origin
    review: Review
    rewritten: bool
    ruling: Ruling
    evaluation: Evaluation | None
    sbom: str | None
    builder: Builder
    published_at: datetime


def statement(provenance: Provenance) -> bytes:
    """The statement as canonical JSON: keys sorted, no white space, UTF-8.

    Raises `InvalidInputError` when it cannot be signed: it is too long, or a text in it is no valid Unicode.
    """
    document = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": provenance.skill, "digest": {_SHA256: provenance.digest.removeprefix(f"{_SHA256}:")}},
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": _predicate(provenance),
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInputError(
            f"{quoted(provenance.origin.path)} cannot be vouched for: {quoted(text[error.start : error.end])} is no text. "
            "Rename the folder so that its path is valid UTF-8."
        ) from error
    if len(encoded) > STATEMENT_LIMIT:
        raise InvalidInputError(
            f"The provenance of {quoted(provenance.skill)} takes {len(encoded)} bytes, and at most {STATEMENT_LIMIT} can be "
            "signed. Put the skill into a folder with a shorter path."
        )
    return encoded


def read(payload: bytes) -> Provenance:
    """The inverse of `statement`. Fields that are not known are passed over, as in-toto asks of whoever reads statements.

    Raises `CorruptedError` for what is no statement, of another type, too long, or has a field missing or of another kind.
    """
    document = strict_json.read(payload, _PLACE, STATEMENT_LIMIT)
    for key, expected in (("_type", STATEMENT_TYPE), ("predicateType", PREDICATE_TYPE)):
        if document.text(key) != expected:
            raise CorruptedError(
                f"A provenance is of the {key} {quoted(document.text(key), 200)}, and this program reads {expected} only. "
                "If a newer publisher wrote it, upgrade this program."
            )
    (subject,) = document.some("subject", most=1)
    predicate = document.inner("predicate")
    evaluation = predicate.inner_or_none("evaluation")
    return Provenance(
        tenant=predicate.text("tenant"),
        skill=subject.text("name"),
        number=predicate.count("number"),
        digest=_digest(f"{_SHA256}:{subject.inner('digest').text(_SHA256)}"),
        repository=predicate.text("repository"),
        origin=_origin(predicate.inner("origin")),
        review=_review(predicate.inner("review")),
        rewritten=predicate.flag("rewritten"),
        ruling=_ruling(predicate.inner("ruling")),
        evaluation=None if evaluation is None else _evaluation(evaluation),
        sbom=None if (sbom := predicate.text_or_none("sbom")) is None else _digest(sbom),
        builder=_builder(predicate.inner("builder")),
        published_at=predicate.moment("publishedAt"),
    )


def matches(provenance: Provenance, tenant: str, version: Version) -> None:
    """Raises `CorruptedError` when the provenance speaks of anything but this version of this tenant."""
    rows = (
        ("tenant", provenance.tenant, tenant),
        ("skill", provenance.skill, version.skill),
        ("version", provenance.number, version.number),
        ("package", provenance.digest, version.digest),
        ("commit", provenance.origin.commit, version.origin.commit),
        ("tree", provenance.origin.tree, version.origin.tree),
        ("path", provenance.origin.path, version.origin.path),
        ("author", provenance.origin.author, version.origin.author),
        ("rewriting", provenance.rewritten, version.rewritten),
        ("evals", _counted(provenance.evaluation), _counted(version.evaluation)),
        ("bill of materials", provenance.sbom, version.sbom),
    )
    for what, signed, kept in rows:
        if signed != kept:
            raise CorruptedError(
                f"The provenance of {version.skill} version {version.number} is signed for the {what} "
                f"{quoted(str(signed), 200)}, but the catalog has {quoted(str(kept), 200)}. One of the two was changed after "
                "the publisher wrote it; roll back, and find out by whom."
            )


def _counted(evaluation: Evaluation | None) -> tuple[int, int, int] | None:
    return None if evaluation is None else (evaluation.passed, evaluation.failed, evaluation.not_run)


def _predicate(provenance: Provenance) -> dict[str, Any]:
    origin, review, evaluation = provenance.origin, provenance.review, provenance.evaluation
    return {
        "tenant": provenance.tenant,
        "number": provenance.number,
        "repository": provenance.repository,
        "origin": {
            "commit": origin.commit,
            "path": origin.path,
            "tree": origin.tree,
            "author": origin.author,
            "committedAt": origin.committed_at.isoformat(),
        },
        "review": {
            "proposal": review.proposal,
            "merger": review.merger,
            "signature": {
                "state": review.signature.state.value,
                "format": review.signature.format,
                "key": review.signature.key,
                "signer": review.signature.signer,
            },
        },
        "rewritten": provenance.rewritten,
        "ruling": {
            "rules": provenance.ruling.rules,
            "warnings": provenance.ruling.warnings,
            "infos": provenance.ruling.infos,
            "waived": provenance.ruling.waived,
        },
        "evaluation": None
        if evaluation is None
        else {"passed": evaluation.passed, "failed": evaluation.failed, "notRun": evaluation.not_run},
        "sbom": provenance.sbom,
        "builder": {"name": provenance.builder.name, "version": provenance.builder.version},
        "publishedAt": provenance.published_at.isoformat(),
    }


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise CorruptedError(
            f"A provenance names the digest {quoted(text, 80)}; 64 lower-case hex digits are expected."
        )
    return text


def _origin(fields: Reading) -> Origin:
    return Origin(
        commit=fields.text("commit"),
        path=fields.text("path"),
        tree=fields.text("tree"),
        author=fields.text("author"),
        committed_at=fields.moment("committedAt"),
    )


def _review(fields: Reading) -> Review:
    signature = fields.inner("signature")
    try:
        state = SignatureState(signature.text("state"))
    except ValueError as error:
        raise CorruptedError(
            f"A provenance names the signature state {quoted(signature.text('state'))}; "
            f"{', '.join(SignatureState)} are expected."
        ) from error
    return Review(
        proposal=fields.text_or_none("proposal"),
        merger=fields.text_or_none("merger"),
        signature=CommitSignature(
            state, signature.text_or_none("format"), signature.text_or_none("key"), signature.text_or_none("signer")
        ),
    )


def _ruling(fields: Reading) -> Ruling:
    return Ruling(fields.text("rules"), fields.count("warnings"), fields.count("infos"), fields.count("waived"))


def _evaluation(fields: Reading) -> Evaluation:
    return Evaluation(fields.count("passed"), fields.count("failed"), fields.count("notRun"))


def _builder(fields: Reading) -> Builder:
    return Builder(fields.text("name"), fields.text("version"))
