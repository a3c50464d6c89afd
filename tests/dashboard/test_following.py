"""The page of the journal is told of requests while they come, and reads the journal for what it may not have been told.

What only the tail has, and no journal, can be on a page because it was told alone.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from admin_service import serving
from catalog_builders import TENANT
from dashboard_office import Office, press, words
from fleet_member import until
from journal_builders import an_invocation
from key_builders import bearing
from mcpskills.errors import UnavailableError
from mcpskills.journal import Invocation
from mcpskills_dashboard import signing_in, visits
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.logs import Wanted
from mcpskills_dashboard.client.refusals import RefusedError
from mcpskills_dashboard.journal.following import MOST, Tail
from mcpskills_dashboard.journal.streams import MOST_WAITING, Stream, Streams
from mcpskills_server.admin.following import MOST_OF_ONE

SAID = "The server's live stream is not available now"


@pytest.fixture(scope="module")
def many() -> Streams:
    return Streams(again_seconds=0.1)


@pytest.fixture
def following(many: Streams) -> Iterator[Callable[..., Tail]]:
    """Begins to follow; what follows in the end is stopped."""
    with contextlib.ExitStack() as held:

        def made(those: Streams = many, **wanted: str) -> Tail:
            tail = Tail(Wanted(**wanted), those)
            held.callback(tail.stop)
            return tail

        yield made


def now(**fields: str) -> Invocation:
    return an_invocation(datetime.now(UTC), **fields)


def until_told(an_office: Office, tail: Tail, api: Api, **fields: str) -> None:
    """Until there is one of those that only the tail has."""
    said = set[str]()

    def is_there() -> bool:
        one = now(**fields)
        said.add(one.id)
        an_office.tail.tell([one])
        tail.look(api)
        return any(each.id in said for each in tail.rows)

    until(is_there, lambda: f"told {len(said)}, there are {len(tail.rows)}")


def until_there(tail: Tail, api: Api, *ids: str) -> None:
    def are_there() -> bool:
        with contextlib.suppress(UnavailableError):
            tail.look(api)
        return set(ids) <= {each.id for each in tail.rows}

    until(are_there, lambda: str([each.id for each in tail.rows]))


def until_whole(stream: Stream) -> None:
    """Until it tells all that is recorded from then on."""
    until(lambda: stream.take()[1], lambda: "nothing is heard")


def until_over(stream: Stream) -> None:
    """Until nobody hears it any more, however often something is taken from it."""
    assert stream.hearing is not None
    until(lambda: stream.take() is not None and stream.hearing.done(), lambda: "it goes on")


def test_what_is_told_is_there_with_what_was_before_each_once_and_the_newest_first(an_office, following):
    api, tail = an_office.api(), following(principal="key:eve")
    before = now(principal="key:eve")
    an_office.record(before)

    until_told(an_office, tail, api, principal="key:eve")
    # What took long stands where it began.
    late = an_invocation(datetime.now(UTC) - timedelta(minutes=5), principal="key:eve", duration=300.0)
    an_office.tail.tell([late])
    until_there(tail, api, before.id, late.id)

    ids = [each.id for each in tail.rows]
    assert ids == sorted(set(ids), reverse=True)
    assert ids[-1] == late.id


def test_what_the_filters_do_not_let_through_is_not_told(an_office, following):
    api, tail = an_office.api(), following(skill="pdf-forms", status="ERROR")
    until_told(an_office, tail, api, skill="pdf-forms", status="ERROR")

    an_office.tail.tell([now(skill="pdf-forms"), now(skill="csv-profile", status="ERROR")])
    last = now(skill="pdf-forms", status="ERROR")
    an_office.tail.tell([last])
    until_there(tail, api, last.id)

    assert {(each.skill, each.status) for each in tail.rows} == {("pdf-forms", "ERROR")}


def test_a_text_is_looked_for_in_the_journal_since_bodies_are_not_told(an_office, following, many):
    api, tail, before = an_office.api(), following(text="seven seals"), len(many)
    tail.look(api)
    said = now(parameters='{"name": "seven seals"}')
    an_office.record(said)

    until_there(tail, api, said.id)

    assert len(many) == before


def test_what_was_recorded_while_a_stream_was_broken_is_read(an_office, following):
    api, tail = an_office.api(), following(principal="key:ivy")
    until_told(an_office, tail, api, principal="key:ivy")

    an_office.end_streams()
    missed = now(principal="key:ivy")
    an_office.journal.append([missed])

    until_there(tail, api, missed.id)
    until_told(an_office, tail, api, principal="key:ivy")


def test_of_too_much_at_once_the_newest_are_there(an_office, following):
    api, tail = an_office.api(), following(principal="key:mob")
    until_told(an_office, tail, api, principal="key:mob")
    crowd = [now(principal="key:mob") for _ in range(MOST_WAITING + 2 * MOST)]
    an_office.record(*crowd)

    newest = sorted((each.id for each in crowd), reverse=True)[:MOST]
    until_there(tail, api, *newest)

    assert [each.id for each in tail.rows] == newest


@dataclass
class Telling:
    """A server whose stream says some lines and, once it may go on, some more. `times` it was asked."""

    lines: Sequence[str] = ()
    more: Sequence[str] = ()
    times: int = 0
    goes_on: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.times += 1
        await StreamingResponse(self._said(), media_type="text/event-stream")(scope, receive, send)

    async def _said(self) -> AsyncIterator[str]:
        yield "\n".join(("retry: 1000", "", *self.lines, ""))
        if self.more:
            await asyncio.to_thread(self.goes_on.wait)
            yield "\n".join((*self.more, ""))
            await asyncio.to_thread(self.goes_on.wait)


def test_where_a_server_left_something_out_the_journal_is_asked(an_office, many):
    telling = Telling(more=("event: left-out", 'data: {"left_out":3}', ""))
    with serving(telling) as url:
        stream = many.begin(Api(url, an_office.http, lambda: None), Wanted())
        until_whole(stream)

        telling.goes_on.set()

        until(lambda: not stream.take()[1], lambda: "it is not told")
        stream.stop()


@pytest.mark.parametrize("said", ["not JSON", '{"id": "of another shape"}', "[]", "7"])
def test_what_nobody_understands_is_no_request_and_the_stream_is_asked_for_again(an_office, many, said):
    telling = Telling(lines=(f"data: {said}", ""))
    with serving(telling) as url:
        stream = many.begin(Api(url, an_office.http, lambda: None), Wanted())
        until(lambda: telling.times > 1, lambda: "it was not asked for again")

        taken = stream.take()
        stream.stop()

    assert taken == ([], False)


def test_who_is_refused_a_place_reads_the_journal_and_comes_back_when_one_is_free(an_office, following):
    api, tail = an_office.api("admin"), following(principal="key:kim")
    with contextlib.ExitStack() as held:
        for _ in range(MOST_OF_ONE):
            held.enter_context(looking_on(an_office, "admin"))
        until(lambda: tail.look(api) or tail.refused, lambda: "it is not refused")
        read = now(principal="key:kim")
        an_office.journal.append([read])

        until_there(tail, api, read.id)
        assert tail.refused

    until_told(an_office, tail, api, principal="key:kim")
    assert not tail.refused


def test_a_process_holds_no_more_streams_than_it_has_room_for(an_office, following):
    two, api = Streams(2, again_seconds=0.1), an_office.api()
    tails = [following(two, principal="key:lee") for _ in range(3)]

    for tail in tails:
        tail.look(api)
    refused = [tail.refused for tail in tails]
    tails[0].stop()

    assert (refused, len(two)) == ([False, False, True], 1)
    until_told(an_office, tails[2], api, principal="key:lee")


def test_a_stream_that_nobody_takes_from_ends_and_leaves_its_place(an_office):
    few = Streams(unwatched_seconds=2.0, again_seconds=0.1)
    api = an_office.api("publisher")
    begun = [few.begin(api, Wanted()) for _ in range(MOST_OF_ONE)]
    until(lambda: {each.take()[1] for each in begun} == {True}, lambda: "not all are told")

    until(lambda: not len(few), lambda: f"{len(few)} go on")

    assert all(each.is_over for each in begun)
    until(lambda: is_let_in(an_office, "publisher"), lambda: "no place became free")


@contextlib.contextmanager
def looking_on(an_office: Office, role: str) -> Iterator[int]:
    """Somebody of the role who looks on; the status that they get."""
    address = f"{an_office.url}/admin/logs/follow"
    with an_office.http.stream("GET", address, headers=bearing(an_office.keys[role])) as answer:
        yield answer.status_code


def is_let_in(an_office: Office, role: str) -> bool:
    with looking_on(an_office, role) as status:
        return status == 200


def test_a_visit_that_ends_takes_its_stream_along(an_office, many):
    kept = visits.Visits()
    visit = kept.begin(SecretStr(an_office.keys["owner"]), (TENANT, "owner"))

    def credential() -> str:
        key = kept.key(visit)
        if key is None:
            raise RefusedError(401, "The visit is over.")
        return key.get_secret_value()

    stream = many.begin(Api(an_office.url, an_office.http, credential), Wanted(principal="key:may"))
    until_whole(stream)
    kept.end(visit)

    assert stream.is_over
    until_over(stream)


def page_of(an_office: Office, role: str, **more: str):
    """The page of somebody who follows, and its stream."""
    visit = an_office.visit("logs", role, **more)
    return visit, visit.session_state["logs_tail"]._stream


def test_who_pauses_is_told_no_more(an_office):
    visit, stream = page_of(an_office, "publisher")

    visit.toggle(key="logs_live").set_value(False).run()

    until_over(stream)


def test_who_looks_for_something_else_is_told_of_that_alone(an_office):
    visit, stream = page_of(an_office, "publisher")

    visit.text_input(key="skill").set_value("pdf-forms").run()

    until_over(stream)
    assert visit.session_state["logs_tail"].wanted == Wanted(skill="pdf-forms")


def test_who_signs_out_is_told_no_more(an_office):
    visit, stream = page_of(an_office, "publisher")

    press(visit, "Sign out")

    until_over(stream)
    assert "logs_tail" not in visit.session_state


def test_somebody_else_on_the_same_page_is_told_by_their_own_credential(an_office):
    visit, stream = page_of(an_office, "publisher")
    visits.kept().end(visit.session_state[signing_in.VISIT])
    visit.run()

    visit.text_input[0].set_value(an_office.keys["admin"])
    visit.button[0].click().run()

    until_over(stream)
    assert visit.session_state["logs_tail"]._stream is not stream


@pytest.mark.parametrize(("language", "said"), [("en", SAID), ("zh", "服务器的实时流目前不可用")], ids=["en", "zh"])
def test_a_page_without_a_stream_says_so_and_shows_what_comes(an_office, language, said):
    with contextlib.ExitStack() as held:
        for _ in range(MOST_OF_ONE):
            held.enter_context(looking_on(an_office, "admin"))
        visit = an_office.visit("logs", "admin", language=language, principal="key:ned")
        until(lambda: said in words(visit.run()), lambda: words(visit))
        an_office.journal.append([now(principal="key:ned")])
        visit.run()

        assert len(visit.dataframe[0].value) >= 1

    assert SAID not in words(an_office.visit("logs", "owner"))
