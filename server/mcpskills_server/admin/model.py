"""What all models of the admin API share: the base, and texts of one line. Models are in `<concept>_models.py`."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

REASON_LENGTH = 500


def without_controls(text: str) -> str:
    if any(char < " " or "\x7f" <= char <= "\x9f" for char in text):
        raise ValueError("must be one line of text without control characters")
    return text


def not_blank(text: object) -> object:
    if isinstance(text, str) and not text.strip():
        raise ValueError("must be one line of text, got a blank one")
    return text


def whole_commit(text: object) -> object:
    """Said before the pattern is tried, which is for the OpenAPI document."""
    if isinstance(text, str) and not _COMMIT.fullmatch(text):
        raise ValueError(f"must be the whole id of a commit, 40 or 64 lower-case hex digits, got {text[:80]!r}")
    return text


COMMIT_PATTERN = r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$"
_COMMIT = re.compile(COMMIT_PATTERN.removesuffix("$"))

Reason = Annotated[
    str,
    BeforeValidator(not_blank),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_LENGTH),
    AfterValidator(without_controls),
]

Line = Annotated[
    str,
    BeforeValidator(not_blank),
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(without_controls),
]
"""One line of text; whoever uses it says how long."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)
