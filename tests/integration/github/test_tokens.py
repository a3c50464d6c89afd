"""Tokens of the GitHub App: few, short-lived, and for one repository."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from fakes.github import FakeGitHub, FakeRepository
from forge_scenes import client_of
from mcpskills.adapters.github.tokens import InstallationTokens
from mcpskills.errors import ConflictError, McpSkillsError, NotFoundError, PreconditionFailedError, UnavailableError


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def test_threads_share_one_token(hub: FakeGitHub, repository: FakeRepository):
    tokens = client_of(hub, repository).tokens

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(lambda _: tokens.current(), range(40)))

    assert len(got) == hub.issued == 1


def test_a_token_is_renewed_before_its_hour_is_over(hub: FakeGitHub, repository: FakeRepository):
    clock = Clock()
    tokens = InstallationTokens(client_of(hub, repository).app, clock)
    first = tokens.current()

    clock.ahead = timedelta(minutes=50)
    kept = tokens.current()
    clock.ahead = timedelta(minutes=56)
    renewed = tokens.current()

    assert kept == first != renewed


def test_a_token_that_github_took_back_is_replaced_at_the_next_call(hub: FakeGitHub, repository: FakeRepository, work):
    client = client_of(hub, repository)
    first = client.tokens.current()
    del hub.tokens[first]

    with pytest.raises(UnavailableError, match="credentials"), client.asking("The repository"):
        pass

    with client.asking("The repository") as asked:
        assert asked.id == repository.id
    assert client.tokens.current() != first


def test_git_gets_the_token_as_a_password(hub: FakeGitHub, repository: FakeRepository):
    tokens = client_of(hub, repository).tokens

    assert tokens.credentials() == ("x-access-token", tokens.current())


@pytest.mark.parametrize("key", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_is_none_is_said_to_be(hub: FakeGitHub, repository: FakeRepository, key: str):
    client = client_of(hub, repository, private_key=key)

    with pytest.raises(UnavailableError, match="private key"):
        client.tokens.current()


def test_a_token_opens_the_repository_by_its_number_alone(hub: FakeGitHub, repository: FakeRepository):
    client = client_of(hub, repository, repository_id=1)

    with pytest.raises(ConflictError, match="id 1"):
        client.tokens.current()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, {}, "Bad credentials"), UnavailableError),
        ((403, {}, "Resource not accessible by integration"), UnavailableError),
        ((403, {"x-ratelimit-remaining": "0", "retry-after": "7"}, "API rate limit exceeded"), UnavailableError),
        ((429, {"retry-after": "7"}, "You have exceeded a secondary rate limit"), UnavailableError),
        ((404, {}, "Not Found"), NotFoundError),
        ((409, {}, "Conflict"), PreconditionFailedError),
        ((422, {}, "Validation Failed"), ConflictError),
        ((500, {}, "Oops"), UnavailableError),
        ((502, {}, "Bad Gateway"), UnavailableError),
        ((503, {}, "Service Unavailable"), UnavailableError),
    ],
)
def test_what_github_answers_becomes_one_of_our_errors(
    hub: FakeGitHub, repository: FakeRepository, answer: tuple[int, dict[str, str], str], kind: type[McpSkillsError]
):
    client = client_of(hub, repository)
    client.tokens.current()
    hub.failing = answer

    with pytest.raises(kind, match="The repository cannot be had"), client.asking("The repository"):
        pass


def test_nobody_at_the_address_is_told_as_such(hub: FakeGitHub, repository: FakeRepository):
    client = client_of(hub, repository, api="http://127.0.0.1:9")

    with pytest.raises(UnavailableError, match="cannot be reached"), client.asking("The repository"):
        pass
