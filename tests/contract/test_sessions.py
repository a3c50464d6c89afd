"""What `ports.Sessions` promises."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from mcpskills.errors import ConflictError, NotFoundError, TooLargeError, UnavailableError
from mcpskills.ports import Sessions
from mcpskills.session import MOST_BYTES, Session, SessionKey, SessionLimits, SessionState
from session_builders import a_session

PATIENCE = 30
SOON = 0.3
"""Seconds after which something happens by itself, where that is the story."""

Open = Callable[..., Sessions]
"""Opens the sessions of the test, as each replica does for itself."""


def timeless(session: Session) -> Session:
    return replace(session, created_at=a_session().created_at, last_seen_at=a_session().last_seen_at)


def begin(sessions: Sessions, **fields) -> SessionKey:
    """Open a session whose client has initialized."""
    return sessions.open(a_session(**fields).begun()).key


def is_unknown(sessions: Sessions, key: SessionKey) -> bool:
    try:
        sessions.find(key)
    except NotFoundError:
        return True
    return False


def nested(levels: int) -> dict:
    made: dict = {}
    for _ in range(levels):
        made = {"a": made}
    return made


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline


def test_a_session_is_found_as_it_was_opened(open_sessions: Open):
    sessions, session = (
        open_sessions(),
        a_session(log_level="debug", subscriptions=frozenset({"skill://a/b"}), generation=7),
    )

    opened = sessions.open(session)

    assert timeless(opened) == session
    assert sessions.find(session.key) == opened
    assert opened.created_at == opened.last_seen_at


def test_every_replica_knows_every_session(open_sessions: Open):
    one, other = open_sessions(), open_sessions()

    key = begin(one)

    assert other.find(key) == one.find(key)


def test_a_session_goes_from_initializing_to_active_to_closed(open_sessions: Open):
    sessions, session = open_sessions(), a_session()

    states = [sessions.open(session).state, sessions.update(session.key, Session.begun).state]
    states += [sessions.touch(session.key).state, sessions.end(session.key).state]

    assert states == [SessionState.INITIALIZING, SessionState.ACTIVE, SessionState.ACTIVE, SessionState.CLOSED]


def test_what_an_update_makes_of_it_is_kept(open_sessions: Open):
    sessions = open_sessions()
    key = begin(sessions)

    sessions.update(key, lambda session: session.logging("warning").subscribed("skill://a/b").subscribed("skill://c/d"))
    updated = sessions.update(key, lambda session: session.unsubscribed("skill://a/b").delivered(9))
    sessions.update(key, lambda session: session.delivered(4))

    assert (updated.log_level, updated.subscriptions, updated.generation) == ("warning", {"skill://c/d"}, 9)
    assert timeless(sessions.find(key)) == timeless(updated)


def test_an_update_changes_neither_whose_the_session_is_nor_when_it_began(open_sessions: Open):
    sessions = open_sessions()
    opened = sessions.open(a_session())

    sessions.update(
        opened.key, lambda session: timeless(replace(session, principal="key:eve", tenant="acme", id="other"))
    )

    kept = sessions.find(opened.key)
    assert (kept.key, kept.created_at) == (opened.key, opened.created_at)
    assert kept.last_seen_at >= opened.last_seen_at


def test_subscriptions_through_many_replicas_at_once_are_all_kept(open_sessions: Open):
    replicas = [open_sessions() for _ in range(4)]
    key = begin(replicas[0])

    def subscribe(number: int) -> None:
        replicas[number % 4].update(key, lambda session: session.subscribed(f"skill://skill-{number}/SKILL.md"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(subscribe, range(40)))

    assert len(replicas[0].find(key).subscriptions) == 40


def test_an_update_that_fails_changes_nothing(open_sessions: Open):
    sessions = open_sessions()
    key = begin(sessions)
    too_many = frozenset(f"skill://{number}" for number in range(MOST_BYTES // 8))

    with pytest.raises(TooLargeError, match="subscribe to fewer"):
        sessions.update(key, lambda session: replace(session, subscriptions=too_many))

    assert sessions.find(key).subscriptions == frozenset()


@pytest.mark.parametrize(
    "other",
    [
        lambda key: replace(key, principal="key:eve"),
        lambda key: replace(key, principal=None),
        lambda key: replace(key, tenant="acme"),
        lambda key: replace(key, id="another"),
        lambda key: replace(key, id=""),
        lambda key: replace(key, id="x" * 100_000),
        lambda key: replace(key, id="\ud800"),
        lambda key: replace(key, id=f"{key.id}\n"),
    ],
)
def test_to_anybody_else_and_by_any_other_id_it_is_unknown(
    open_sessions: Open, other: Callable[[SessionKey], SessionKey]
):
    sessions = open_sessions()
    opened = sessions.open(a_session())
    foreign = other(opened.key)

    for asked in (sessions.find, sessions.touch, sessions.end, lambda key: sessions.update(key, Session.begun)):
        with pytest.raises(NotFoundError, match="initialize again"):
            asked(foreign)

    assert sessions.find(opened.key) == opened


def test_whoever_need_not_say_who_they_are_has_sessions_too(open_sessions: Open):
    sessions = open_sessions()

    key = begin(sessions, principal=None)

    assert sessions.find(key).principal is None
    assert is_unknown(sessions, replace(key, principal="None"))
    assert is_unknown(sessions, replace(key, principal="null"))


def test_a_session_that_was_ended_is_unknown(open_sessions: Open):
    sessions = open_sessions()
    key = begin(sessions)

    sessions.end(key)

    for asked in (sessions.find, sessions.touch, sessions.end, lambda key: sessions.update(key, Session.begun)):
        with pytest.raises(NotFoundError):
            asked(key)


def test_the_same_session_opened_twice_is_one_and_another_of_its_id_is_refused(open_sessions: Open):
    sessions, session = open_sessions(), a_session()

    assert sessions.open(session) == sessions.open(session)
    with pytest.raises(ConflictError):
        sessions.open(replace(session, principal="key:eve"))
    with pytest.raises(ConflictError):
        sessions.open(replace(session, protocol_version="2024-11-05"))

    assert timeless(sessions.find(session.key)) == session


@pytest.mark.parametrize("said", [{"name": "n" * MOST_BYTES}, nested(10_000)], ids=["long", "deep"])
def test_a_client_that_says_too_much_is_refused(open_sessions: Open, said: dict):
    sessions, session = open_sessions(), a_session(client_info=said)

    with pytest.raises(TooLargeError):
        sessions.open(session)

    assert is_unknown(sessions, session.key)


def test_a_session_that_falls_silent_is_suspended_until_its_next_sign(open_sessions: Open):
    sessions = open_sessions(SessionLimits(suspended_after=SOON))
    touched, updated = begin(sessions), begin(sessions)

    until(lambda: {sessions.find(key).state for key in (touched, updated)} == {SessionState.SUSPENDED})

    assert sessions.touch(touched).state is SessionState.ACTIVE
    assert sessions.update(updated, lambda session: session.logging("debug")).state is SessionState.ACTIVE


def test_a_session_that_stays_silent_expires_and_one_that_gives_signs_does_not(open_sessions: Open):
    sessions = open_sessions(SessionLimits(suspended_after=2, expires_after=2))
    silent, alive = begin(sessions), begin(sessions)

    until(lambda: bool(sessions.touch(alive)) and is_unknown(sessions, silent))

    assert sessions.find(alive).key == alive


def test_a_client_that_never_initializes_is_forgotten_when_it_would_be_suspended(open_sessions: Open):
    sessions = open_sessions(SessionLimits(suspended_after=SOON))
    key = sessions.open(a_session()).key

    until(lambda: is_unknown(sessions, key))


def test_a_look_is_no_sign_and_a_sign_is(open_sessions: Open):
    sessions = open_sessions()
    opened = sessions.open(a_session())

    assert sessions.find(opened.key).last_seen_at == opened.last_seen_at
    until(lambda: sessions.touch(opened.key).last_seen_at > opened.last_seen_at)
    assert sessions.find(opened.key).created_at == opened.created_at
    assert sessions.find(opened.key).last_seen_at - opened.last_seen_at < timedelta(seconds=PATIENCE)


def test_a_flood_of_openings_ends_only_those_that_are_initializing_longest(open_sessions: Open):
    sessions = open_sessions(SessionLimits(most=10))
    begun = [begin(sessions) for _ in range(4)]

    flood = [sessions.open(a_session(principal="key:eve")).key for _ in range(50)]

    assert [key for key in begun if is_unknown(sessions, key)] == []
    assert len([key for key in flood if not is_unknown(sessions, key)]) == 6


def test_a_full_tenant_loses_whom_it_has_not_seen_for_longest_and_nobody_who_is_active(open_sessions: Open):
    sessions = open_sessions(SessionLimits(suspended_after=SOON, most=3))
    last, first, other = begin(sessions), begin(sessions), begin(sessions)
    for key in (other, last):
        until(lambda key=key: sessions.touch(key).last_seen_at > sessions.find(first).last_seen_at)
    until(lambda: {sessions.find(key).state for key in (first, other, last)} == {SessionState.SUSPENDED})

    begin(sessions)

    assert [is_unknown(sessions, key) for key in (first, other, last)] == [True, False, False]


def test_a_tenant_full_of_active_sessions_takes_no_more_until_one_ends(open_sessions: Open):
    sessions = open_sessions(SessionLimits(most=3))
    active = [begin(sessions) for _ in range(3)]

    with pytest.raises(UnavailableError, match="try again later"):
        sessions.open(a_session())
    assert [key for key in active if is_unknown(sessions, key)] == []
    sessions.open(a_session(tenant="acme"))
    sessions.end(active[0])

    assert sessions.open(a_session())


def test_what_has_expired_takes_no_place(open_sessions: Open):
    sessions = open_sessions(SessionLimits(suspended_after=SOON, expires_after=SOON, most=3))
    gone = [begin(sessions) for _ in range(3)]
    until(lambda: all(is_unknown(sessions, key) for key in gone))

    active = [begin(sessions) for _ in range(3)]

    assert len(active) == 3
