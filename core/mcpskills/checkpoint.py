"""Checkpoints: everything that a tenant serves at one generation, as one object that the publisher signs.

A replica that starts reads the checkpoint and then what changed since. What is signed is short: the object's digest, and what
it is of. Pure; `adapters/checkpointing/` writes and reads the object. Another meaning of the object's bytes, or of a
field, takes another `STATEMENT_TYPE`.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from mcpskills import package, strict_json
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.printable import quoted

PAYLOAD_TYPE = "application/vnd.openmcpskills.checkpoint+json"
STATEMENT_TYPE = "https://openmcpskills.io/checkpoint/v5"

_LIMIT = 2_000
_PLACE = "The statement of a checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the catalog keeps of the newest checkpoint. Only the envelope is signed; the rest says when to write another."""

    generation: int
    envelope: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stated:
    """What is signed. `digest` is the object's in the package store, `previous` the one's before it, if it was known."""

    tenant: str
    generation: int
    digest: str
    previous: str | None = None


def statement(stated: Stated) -> bytes:
    """Canonical JSON: keys sorted, no white space, UTF-8."""
    document = {
        "_type": STATEMENT_TYPE,
        "tenant": stated.tenant,
        "generation": stated.generation,
        "digest": stated.digest,
        "previous": stated.previous,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def read(payload: bytes, tenant: str) -> Stated:
    """The inverse of `statement`. Raises `CorruptedError` for what is none, is of another tenant, or of another release."""
    document = strict_json.read(payload, _PLACE, _LIMIT)
    if document.text("_type") != STATEMENT_TYPE:
        raise CorruptedError(
            f"A checkpoint is of the type {quoted(document.text('_type'), 200)}, and this program reads {STATEMENT_TYPE} "
            "only. If a newer publisher wrote it, upgrade this program."
        )
    if document.text("tenant") != tenant:
        raise CorruptedError(f"A checkpoint of the tenant {quoted(document.text('tenant'))} stands for {tenant!r}.")
    previous = document.text_or_none("previous")
    return Stated(
        tenant=tenant,
        generation=document.count("generation"),
        digest=_digest(document.text("digest")),
        previous=None if previous is None else _digest(previous),
    )


def _digest(text: str) -> str:
    try:
        package.hex_digits(text)
    except InvalidInputError as error:
        raise CorruptedError(f"A checkpoint names what is no digest. {error.message}") from error
    return text
