"""How callers are looked up: once for all who ask at once, never for what was refused a moment ago, and not without bound."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from catalog_builders import TENANT
from mcpskills import access
from mcpskills.access import Role
from mcpskills.errors import UnavailableError
from mcpskills_server.auth.authentication import Authentication
from mcpskills_server.auth.authenticator import Recognised
from mcpskills_server.auth.known import KnownCallers
from mcpskills_server.auth.refusals import Reason, RefusedCredentialError, unknown

ADA = access.anonymous(TENANT, Role.VIEWER)


class Desk:
    """An authenticator that answers once it is opened; it knows whose credential begins with `good`."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.asked: list[str] = []

    def takes(self, credential: str) -> bool:
        return not credential.startswith("odd")

    def authenticate(self, credential: str) -> Recognised:
        self.asked.append(credential)
        self.opened.wait()
        if not credential.startswith("good"):
            raise unknown()
        return Recognised(ADA)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    yield made
    made.opened.set()


async def in_turn() -> None:
    """Let all that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.anyio
async def test_those_who_come_with_the_same_credential_at_once_are_looked_up_once(desk: Desk):
    who = Authentication([desk], KnownCallers(60))
    callers = [asyncio.create_task(who.caller(b"good")) for _ in range(20)]
    await in_turn()
    desk.opened.set()

    assert await asyncio.gather(*callers) == [ADA] * 20
    assert (desk.asked, who.known(b"good")) == (["good"], ADA)


@pytest.mark.anyio
async def test_who_leaves_takes_no_answer_along(desk: Desk):
    who = Authentication([desk], KnownCallers(60))
    first, second = (asyncio.create_task(who.caller(b"good")) for _ in range(2))
    await in_turn()
    first.cancel()
    await in_turn()
    desk.opened.set()

    assert await second is ADA
    assert first.cancelled()


@pytest.mark.anyio
async def test_what_was_refused_is_not_looked_up_again(desk: Desk):
    who = Authentication([desk], KnownCallers(60))
    desk.opened.set()

    for _ in range(3):
        with pytest.raises(RefusedCredentialError):
            await who.caller(b"bad")

    assert desk.asked == ["bad"]


@pytest.mark.anyio
async def test_what_no_authenticator_takes_is_asked_of_none(desk: Desk):
    with pytest.raises(RefusedCredentialError) as caught:
        await Authentication([desk], KnownCallers(60)).caller(b"odd")

    assert (caught.value.reason, desk.asked) == (Reason.MALFORMED, [])


@pytest.mark.anyio
async def test_a_flood_of_new_credentials_is_bounded(desk: Desk):
    who = Authentication([desk], KnownCallers(60))
    waiting = [asyncio.create_task(who.caller(b"bad %d" % number)) for number in range(2_000)]
    await in_turn()

    with pytest.raises(UnavailableError):
        await who.caller(b"good")

    desk.opened.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(answer) for answer in answers} == {RefusedCredentialError}
    assert await who.caller(b"good") is ADA
