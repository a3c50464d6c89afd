"""A header that is known is read as the parser reads it, or not at all."""

from typing import Any

import httptools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcpskills.known_headers import LONGEST, MOST, MOST_LEARNT, KnownHeader, KnownHeaders

REQUEST = b"POST /mcp HTTP/1.1\r\nHost: a\r\nMcp-Name: %b\r\nAccept: b\r\nContent-Length: %d\r\n\r\n%b"


class Read:
    """What the parser makes of a request."""

    def __init__(self, request: bytes) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body, self.ends = b"", 0
        httptools.HttpRequestParser(self).feed_data(request)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.ends += 1

    def with_name(self, name: bytes) -> list[tuple[bytes, bytes]]:
        changed = [(each, name if each == b"mcp-name" else value) for each, value in self.headers]
        return [(each, b"" if each == b"content-length" else value) for each, value in changed]


def a_request(name: bytes, body: bytes) -> bytes:
    return REQUEST % (name, len(body), body)


def test_name_and_body_of_the_next_request_are_told():
    known = KnownHeader.of(a_request(b"one", b"first"))

    assert known is not None
    assert known.read(a_request(b"another", b"the second")) == (b"another", b"the second")


def test_without_a_name_there_is_none():
    plain = b"POST /mcp HTTP/1.1\r\ncontent-length: %d\r\nHost: a\r\n\r\n%b"
    known = KnownHeader.of(plain % (1, b"a"))

    assert known is not None
    assert known.read(plain % (2, b"ab")) == (None, b"ab")
    assert known.read(a_request(b"one", b"first")) is None


@pytest.mark.parametrize(
    "header",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\rb\r\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\nMcp-Name: a\r\nMCP-NAME: a\r\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: %b\r\nContent-Length: 0\r\n\r\n" % (b"x" * LONGEST),
        b"POST / HTTP/1.1\r\nContent-Length: 0\r\n",
        b"",
    ],
)
def test_what_may_be_read_in_several_ways_is_not_known(header: bytes):
    assert KnownHeader.of(header) is None


PIECES = st.sampled_from(
    [
        *(
            b"a",
            b"b",
            b" ",
            b"\t",
            b"\r",
            b"\n",
            b"\r\n",
            b": ",
            b":",
            b"0",
            b"5",
            b"\0",
            b"\x7f",
            b"\xe9",
            b",",
            b"hello",
        ),
        *(b"\r\nMcp-Name: x", b"\r\nContent-Length: 5", b"\r\nTransfer-Encoding: chunked", b"\r\n\r\n"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=4), st.lists(PIECES, max_size=4), st.binary(max_size=20))
def test_whatever_is_taken_is_what_the_parser_takes(name: list[bytes], more: list[bytes], body: bytes):
    first = a_request(b"one", b"first")
    known = KnownHeader.of(first)
    said = b"".join(name)
    request = a_request(said, body).replace(b"Accept: b", b"Accept: b" + b"".join(more))
    assert known is not None

    found = known.read(request)

    if found is not None:
        read: Any = Read(request)
        assert read.ends == 1
        assert found == (dict(read.headers)[b"mcp-name"], read.body)
        assert read.with_name(b"one") == Read(first).with_name(b"one")


def of_host(number: int) -> bytes:
    """A request whose header differs by its host, and which names nothing."""
    return b"POST /mcp HTTP/1.1\r\nHost: h%d\r\nContent-Length: 1\r\n\r\nx" % number


def learnt(headers: KnownHeaders, *numbers: int) -> dict[int, Any]:
    """What was kept to answer each of them with."""
    answers = {number: lambda *_: None for number in numbers}
    for number, answer in answers.items():
        headers.learn(of_host(number), b"x", answer)
    return answers


def test_a_header_is_answered_by_what_was_kept_for_it():
    headers = KnownHeaders()

    answers = learnt(headers, 1, 2)

    assert headers.read(of_host(1)) == (answers[1], (None, b"x"))
    assert headers.read(of_host(3)) is None


def test_of_too_many_headers_the_one_that_was_used_longest_ago_is_forgotten():
    headers = KnownHeaders()
    learnt(headers, *range(MOST))
    headers.read(of_host(0))

    learnt(headers, MOST)

    assert headers.read(of_host(0)) is not None
    assert headers.read(of_host(1)) is None
    assert headers.read(of_host(MOST)) is not None


def test_headers_that_never_come_again_are_kept_no_more():
    headers = KnownHeaders()
    learnt(headers, *range(MOST_LEARNT))
    before = headers.read(of_host(MOST_LEARNT - 1))

    learnt(headers, MOST_LEARNT, MOST_LEARNT + 1)

    assert before is not None
    assert headers.read(of_host(MOST_LEARNT + 1)) is None


def test_one_that_came_again_lets_others_be_kept():
    headers = KnownHeaders()
    learnt(headers, *range(MOST_LEARNT))
    headers.answered()

    learnt(headers, MOST_LEARNT)

    assert headers.read(of_host(MOST_LEARNT)) is not None


def test_what_was_read_with_another_body_is_not_kept():
    headers = KnownHeaders()

    headers.learn(of_host(1), b"y", lambda *_: None)

    assert headers.read(of_host(1)) is None
