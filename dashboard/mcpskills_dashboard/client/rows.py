"""What the API's answers are read into: frozen, tolerant of fields that a newer server adds, strict about those that are used."""

from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError

from mcpskills_dashboard.client.refusals import Own, UnusableError

_R = TypeVar("_R", bound="Row")

Moment = AwareDatetime
"""A time with its zone, UTC as the API has it; `moments.py` shows it in the reader's."""

OrEmpty = BeforeValidator(lambda value: () if value is None else value)
Texts = Annotated[tuple[str, ...], OrEmpty]


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


def read(kind: type[_R], answer: Any) -> _R:
    """The answer as a row. Raises `UnusableError` for one of another shape: a server of another version."""
    try:
        return kind.model_validate(answer)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UnusableError(Own("problems.unexpected", {"where": where, "wrong": first["msg"]})) from error
