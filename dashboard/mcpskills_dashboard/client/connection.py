"""Asking the admin API. Only this file knows how it answers and fails."""

import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx2

from mcpskills_dashboard.client.refusals import Own, RefusedError, UnusableError, refusal

SECONDS: Final = 20.0
"""For an answer. What may take longer, such as a rollback with its proposal, says so."""

PATIENT_SECONDS: Final = 90.0
_SILENT_SECONDS: Final = 120.0
"""How long an answer without an end may say nothing; servers say every few seconds that they are still there."""

_CONNECT_SECONDS: Final = 5.0
_CONNECTIONS: Final = 64
_SHOWN_BYTES: Final = 8 * 1024 * 1024
_AGENT: Final = {"User-Agent": "mcpskills-dashboard"}


def transport() -> httpx2.Client:
    """What all visitors share: connections, and nothing of anybody's. Proxies of the environment are passed by."""
    limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    return httpx2.Client(trust_env=False, timeout=_timeout(SECONDS), limits=limits, headers=_AGENT)


def endless_transport(most: int) -> httpx2.AsyncClient:
    """For so many answers without an end: each keeps a connection, so pages that ask for something else have their own."""
    limits = httpx2.Limits(max_connections=most, max_keepalive_connections=0)
    return httpx2.AsyncClient(trust_env=False, timeout=_timeout(_SILENT_SECONDS), limits=limits, headers=_AGENT)


@dataclass(frozen=True, slots=True)
class Api:
    """The admin API as one person reaches it.

    `credential` is asked at each request, so that none is kept here. It gives None for who has none, and raises
    `RefusedError` when nobody is there any more.
    """

    url: str
    http: httpx2.Client = field(repr=False)
    credential: Callable[[], str | None] = field(repr=False)

    def get(self, path: str, /, **parameters: Any) -> Any:
        """The JSON at a path below `/admin`; parameters that are None or empty are left out.

        Raises `RefusedError` with the server's own words, `UnusableError` when it cannot be asked.
        """
        return self._json("GET", path, params=_said(parameters))

    def description(self) -> Any:
        """The OpenAPI document of the server. Raises as `get`."""
        return self._asked("GET", f"{self.url}/openapi.json")

    def get_bytes(self, path: str, /, *, most: int = _SHOWN_BYTES, **parameters: Any) -> bytes:
        """The bytes at a path, at most so many of them. Raises as `get`."""
        with self.streamed(path, **parameters) as answer:
            return _first(answer, most)

    @contextmanager
    def streamed(
        self, path: str, /, headers: Mapping[str, str] | None = None, **parameters: Any
    ) -> Iterator[httpx2.Response]:
        """An answer whose body is read by the caller, as it comes. Raises as `get`."""
        request = self.http.build_request(
            "GET", self._address(path), headers=self._headers(headers), params=_said(parameters)
        )
        try:
            answer = self.http.send(request, stream=True)
        except httpx2.HTTPError as error:
            raise self._unreachable() from error
        try:
            if not answer.is_success:
                answer.read()
                raise refusal(answer)
            yield answer
        except httpx2.HTTPError as error:
            raise self._unreachable() from error
        finally:
            answer.close()

    async def endless_lines(
        self, http: httpx2.AsyncClient, path: str, /, **parameters: Any
    ) -> AsyncGenerator[str, None]:
        """The lines of an answer without an end as they come, by an `endless_transport`; ends with it. Raises as `get`."""
        address, headers = self._address(path), self._headers(None)
        try:
            async with http.stream("GET", address, headers=headers, params=_said(parameters)) as answer:
                if not answer.is_success:
                    await answer.aread()
                    raise refusal(answer)
                async for line in answer.aiter_lines():
                    yield line
        except httpx2.HTTPError as error:
            raise self._unreachable() from error

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        if_match: int | None = None,
        seconds: float = SECONDS,
        **parameters: Any,
    ) -> Any:
        """Change something, on the condition of a generation or a revision if one is given. Raises as `get`."""
        headers = {} if if_match is None else {"If-Match": f'"{if_match}"'}
        more = {} if body is None else {"json": body}
        return self._json(method, path, params=_said(parameters), headers=headers, timeout=_timeout(seconds), **more)

    def send_file(self, path: str, name: str, content: bytes, media_type: str, **parameters: Any) -> Any:
        """Send a file as a form with one part. Raises as `get`."""
        files = {"file": (name, content, media_type)}
        return self._json("POST", path, params=_said(parameters), files=files, timeout=_timeout(PATIENT_SECONDS))

    def _json(self, method: str, path: str, headers: Mapping[str, str] | None = None, **request: Any) -> Any:
        return self._asked(method, self._address(path), headers, **request)

    def _asked(self, method: str, url: str, headers: Mapping[str, str] | None = None, **request: Any) -> Any:
        try:
            answer = self.http.request(method, url, headers=self._headers(headers), **request)
        except httpx2.HTTPError as error:
            raise self._unreachable() from error
        if not answer.is_success:
            raise refusal(answer)
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError as error:
            raise UnusableError(Own("problems.not_ours", {"url": self.url})) from error

    def _address(self, path: str) -> str:
        return f"{self.url}/admin{path}"

    def _headers(self, more: Mapping[str, str] | None) -> dict[str, str]:
        said = dict(more or {})
        credential = self.credential()
        if credential is not None:
            said["Authorization"] = f"Bearer {credential}"
        return said

    def _unreachable(self) -> UnusableError:
        return UnusableError(Own("problems.unreachable", {"url": self.url}))


def segment(text: str) -> str:
    """One part of a path, whatever is in it. Raises `RefusedError` for what would lead to another path."""
    if text in {"", ".", ".."}:
        raise RefusedError(404, Own("problems.none_named", {"name": text}))
    return quote(text, safe="")


def segments(text: str) -> str:
    """Several parts of a path, with their slashes. Raises as `segment`."""
    return "/".join(map(segment, text.split("/")))


def lines(answer: httpx2.Response) -> Iterator[Any]:
    """The documents of an answer in JSON Lines."""
    for line in answer.iter_lines():
        if line.strip():
            yield json.loads(line)


def _said(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in parameters.items() if value not in (None, "", (), [])}


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple | list | set | frozenset) else value


def _first(answer: httpx2.Response, most: int) -> bytes:
    kept = bytearray()
    for part in answer.iter_bytes():
        kept += part
        if len(kept) >= most:
            break
    return bytes(kept[:most])


def _timeout(seconds: float) -> httpx2.Timeout:
    return httpx2.Timeout(seconds, connect=_CONNECT_SECONDS)
