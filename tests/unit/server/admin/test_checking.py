"""What the rules say of proposals, found out once for each head, one after the other, and again when it is old."""

import threading
from datetime import UTC, datetime

import pytest

from mcpskills.errors import UnavailableError
from mcpskills.proposal import Proposal, ProposalState
from mcpskills_server.admin.checking import GOOD_FOR, UNKNOWN_FOR, Check, Checks, Found
from publisher_scene import eventually

pytestmark = pytest.mark.anyio

BEGUN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def a_proposal(which: str = "one", head: str = "a" * 40, state: ProposalState = ProposalState.OPEN) -> Proposal:
    return Proposal(which, "A title", f"proposal/{which}", head, "b" * 40, "Ada Author", BEGUN, state)


class Story:
    """Checks with a clock that stands, and a judge who remembers what it was asked and says what it is told to."""

    def __init__(self) -> None:
        self.now = BEGUN
        self.asked: list[str] = []
        self.fault: Exception | None = None
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.checks = Checks(lambda: self.now)

    def judge(self, which: str) -> Found:
        self.asked.append(which)
        self.goes_on.wait()
        if self.fault is not None:
            raise self.fault
        return Found("a" * 40, 0, 2)

    async def found_out(self, *proposals: Proposal) -> list[Check | None]:
        asked = len(self.asked)
        self.checks.find_out(self.judge, proposals)
        await eventually(lambda: len(self.asked) == asked + len(proposals))
        await self.checks.finish()
        return [self.checks.known(each) for each in proposals]


@pytest.fixture
def story():
    return Story()


async def test_each_head_is_judged_once(story):
    one, two = a_proposal(), a_proposal("two")

    found = await story.found_out(one, two)
    story.checks.find_out(story.judge, [one, two])
    await story.checks.finish()

    assert found == [Check(0, 2, BEGUN)] * 2
    assert story.asked == ["one", "two"]


async def test_whoever_asks_meanwhile_has_nothing_judged_twice(story):
    story.goes_on.clear()
    story.checks.find_out(story.judge, [a_proposal()])
    await eventually(lambda: story.asked == ["one"])
    story.checks.find_out(story.judge, [a_proposal()])
    story.goes_on.set()
    await story.checks.finish()

    assert story.asked == ["one"]


async def test_what_was_found_out_long_ago_is_told_and_found_out_anew(story):
    await story.found_out(a_proposal())
    story.now += GOOD_FOR

    story.checks.find_out(story.judge, [a_proposal()])
    told_meanwhile = story.checks.known(a_proposal())
    await eventually(lambda: len(story.asked) > 1)
    await story.checks.finish()

    assert told_meanwhile == Check(0, 2, BEGUN)
    assert story.checks.known(a_proposal()) == Check(0, 2, BEGUN + GOOD_FOR)


@pytest.mark.parametrize("fault", [UnavailableError("The forge is away."), ValueError("A fault of ours.")])
async def test_what_cannot_be_judged_is_tried_again_soon_and_keeps_nothing_back(story, fault):
    story.fault = fault

    assert await story.found_out(a_proposal(), a_proposal("two")) == [Check(None, None, BEGUN)] * 2
    story.fault, story.now = None, BEGUN + UNKNOWN_FOR
    assert await story.found_out(a_proposal()) == [Check(0, 2, BEGUN + UNKNOWN_FOR)]


async def test_another_head_and_other_eyes_know_nothing_of_it(story):
    await story.found_out(a_proposal())

    assert story.checks.known(a_proposal(head="c" * 40)) is None
    assert story.checks.without(frozenset({"payroll"})).known(a_proposal()) is None


async def test_what_is_closed_is_not_judged(story):
    story.checks.find_out(story.judge, [a_proposal(state=ProposalState.CLOSED)])
    await story.checks.finish()

    assert story.asked == []


async def test_a_server_that_stops_begins_with_no_other_proposal(story):
    story.goes_on.clear()
    story.checks.find_out(story.judge, [a_proposal(), a_proposal("two")])
    await eventually(lambda: story.asked == ["one"])
    story.goes_on.set()
    await story.checks.finish()

    assert story.asked == ["one"]
