"""What the admin API says when it refuses: a problem document (RFC 9457) becomes one error with one sentence."""

from http import HTTPStatus
from typing import Any, Final

import httpx2

from mcpskills.errors import McpSkillsError

_SENTENCE: Final = 2000


class RefusedError(McpSkillsError):
    """The server refused, in its own words. `findings` are those of the rules, `values` say which values were wrong and why."""

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        findings: tuple[dict[str, Any], ...] = (),
        values: tuple[dict[str, Any], ...] = (),
    ) -> None:
        super().__init__(sentence)
        self.status = status
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
        return RefusedError(answer.status_code, f"The server answered with status {answer.status_code}.")
    values = _objects(problem.get("errors"))
    return RefusedError(
        answer.status_code,
        _sentence(answer, problem, values),
        findings=_objects(problem.get("findings")),
        values=values,
    )


def _sentence(answer: httpx2.Response, problem: dict[str, Any], values: tuple[dict[str, Any], ...]) -> str:
    said = str(problem.get("detail") or f"The server answered with status {answer.status_code}.")
    each = "; ".join(f"{value.get('location')}: {value.get('message')}" for value in values)
    if each and each not in said:
        said = f"{said} {each}"
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS and (wait := answer.headers.get("Retry-After")):
        said = f"{said} Try again in {wait} s."
    return said[:_SENTENCE]


def _objects(value: Any) -> tuple[dict[str, Any], ...]:
    return tuple(each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()
