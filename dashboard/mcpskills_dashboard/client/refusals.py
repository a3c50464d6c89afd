"""What the admin API says when it refuses, a problem document (RFC 9457), as one error; and sentences of the dashboard itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import httpx2

from mcpskills.errors import McpSkillsError, UnavailableError

_SENTENCE: Final = 2000
_TYPE: Final = "urn:mcpskills:problem:"
"""Before what tells kinds of problems apart, the same in all releases."""


@dataclass(frozen=True, slots=True)
class Own:
    """A sentence of the dashboard's own: a key of its catalogs with the values, for a page to say in the reader's language."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join((self.key, *(f"{name}={value}" for name, value in self.values.items())))


class UnusableError(UnavailableError):
    """The server does not answer, or not with what can be used; the dashboard says so itself."""

    def __init__(self, said: Own) -> None:
        super().__init__(str(said))
        self.said = (said,)


class RefusedError(McpSkillsError):
    """What was asked is refused: in the server's own words, in the dashboard's, or in both, one after the other.

    `kind` is the server's name for this sort of refusal, such as `conflict`, if it says one. `findings` are those of the rules,
    `values` say which values were wrong and why.
    """

    def __init__(
        self,
        status: int,
        *said: str | Own,
        kind: str = "",
        findings: tuple[dict[str, Any], ...] = (),
        values: tuple[dict[str, Any], ...] = (),
    ) -> None:
        super().__init__(" ".join(map(str, said)))
        self.said = said
        self.status = status
        self.kind = kind
        self.findings = findings
        self.values = values

    @property
    def asks_who(self) -> bool:
        """Whether nobody is known by the credential: not known, or no longer."""
        return self.status == HTTPStatus.UNAUTHORIZED

    @property
    def missing(self) -> bool:
        """Whether what was named is not there, or a part of the API that this server does not have."""
        return self.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}

    @property
    def moved_on(self) -> bool:
        """Whether the state is another by now than the one that was looked at."""
        return self.status == HTTPStatus.PRECONDITION_FAILED


def refusal(answer: httpx2.Response) -> RefusedError:
    """The error of an answer that is no success; its body was read."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return RefusedError(answer.status_code, *_said(answer, {}, ()))
    values = _objects(problem.get("errors"))
    return RefusedError(
        answer.status_code,
        *_said(answer, problem, values),
        kind=str(problem.get("type") or "").removeprefix(_TYPE),
        findings=_objects(problem.get("findings")),
        values=values,
    )


def _said(answer: httpx2.Response, problem: dict[str, Any], values: tuple[dict[str, Any], ...]) -> Iterator[str | Own]:
    detail = str(problem.get("detail") or "")
    each = "; ".join(f"{value.get('location')}: {value.get('message')}" for value in values)
    yield detail[:_SENTENCE] if detail else Own("problems.status", {"status": str(answer.status_code)})
    if each and each not in detail:
        yield each[:_SENTENCE]
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS and (wait := answer.headers.get("Retry-After")):
        yield Own("problems.try_again", {"seconds": wait[:_SENTENCE]})


def _objects(value: Any) -> tuple[dict[str, Any], ...]:
    return tuple(each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()
