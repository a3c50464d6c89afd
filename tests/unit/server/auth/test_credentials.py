"""Where a credential stands in a request, and which requests say nothing clear."""

import pytest

from mcpskills_server.auth import credentials
from mcpskills_server.auth.refusals import Reason, RefusedCredentialError

OTHERS = [(b"host", b"localhost"), (b"accept", b"application/json"), (b"cookie", b"authorization=Bearer other")]


@pytest.mark.parametrize(
    "headers",
    [
        [(b"authorization", b"Bearer a-key")],
        [(b"authorization", b"bearer a-key")],
        [(b"authorization", b"BEARER   a-key ")],
        [(b"x-api-key", b"a-key")],
        [(b"x-api-key", b" a-key\t")],
        [(b"x-api-key", b"a-key"), (b"authorization", b"Bearer a-key")],
    ],
)
def test_a_credential_comes_in_either_header_or_the_same_in_both(headers):
    assert credentials.given([*OTHERS, *headers]) == b"a-key"


def test_a_request_without_either_header_has_none():
    assert credentials.given(OTHERS) is None


@pytest.mark.parametrize(
    "headers",
    [
        [(b"authorization", b"Bearer a-key"), (b"x-api-key", b"other")],
        [(b"authorization", b"Bearer a-key"), (b"x-api-key", b"")],
        [(b"authorization", b"Bearer a-key"), (b"authorization", b"Bearer a-key")],
        [(b"authorization", b"Basic YTpi"), (b"authorization", b"Bearer a-key")],
        [(b"x-api-key", b"a-key"), (b"x-api-key", b"other")],
    ],
)
def test_a_request_that_says_two_things_is_refused(headers):
    with pytest.raises(RefusedCredentialError) as caught:
        credentials.given([*OTHERS, *headers])

    assert caught.value.reason is Reason.AMBIGUOUS


@pytest.mark.parametrize(
    "header",
    [
        (b"authorization", b""),
        (b"authorization", b"a-key"),
        (b"authorization", b"Bearer"),
        (b"authorization", b"Bearer "),
        (b"authorization", b"Basic YTpi"),
        (b"authorization", b"Bearer\ta-key"),
        (b"authorization", b"Bearer " + b"a" * (credentials.MOST_BYTES + 1)),
        (b"x-api-key", b""),
        (b"x-api-key", b" "),
        (b"x-api-key", b"a" * (credentials.MOST_BYTES + 1)),
    ],
)
def test_what_can_be_no_credential_is_not_taken_for_none(header):
    with pytest.raises(RefusedCredentialError) as caught:
        credentials.given([*OTHERS, header])

    assert caught.value.reason is Reason.MALFORMED
    assert "a-key" not in caught.value.message
