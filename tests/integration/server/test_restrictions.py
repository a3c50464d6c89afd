"""Replicas follow who sees a skill: by changes, from a checkpoint, and without opening what they cannot be sure of."""

import asyncio
import sqlite3
import weakref
from contextlib import closing

import pytest

from callers import OWNER, viewer
from mcpskills_server.replica import MOST_SEEN, Replica
from registry import Registry

pytestmark = pytest.mark.anyio

PATIENCE = 30


async def following(registry: Registry) -> Replica:
    replica = Replica(registry.source, 60)
    await replica.refresh()
    return replica


def names(replica: Replica, *groups: str) -> list[str]:
    return list(replica.view.seen_by(viewer(*groups)).snapshot.names)


async def test_a_replica_follows_who_sees_a_skill(registry):
    registry.publish("payroll")
    replica = await following(registry)
    open_to_all = names(replica)
    registry.restrict("payroll", "finance")
    await replica.refresh()

    assert (open_to_all, names(replica), names(replica, "finance")) == (["payroll"], [], ["payroll"])


async def test_a_name_that_is_restricted_first_is_never_seen_by_others(registry):
    registry.restrict("payroll", "finance")
    replica = await following(registry)
    registry.publish("payroll")
    await replica.refresh()

    assert (names(replica), names(replica, "finance")) == ([], ["payroll"])


async def test_a_checkpoint_has_who_sees_what(registry):
    registry.publish("payroll")
    registry.publish("pdf-forms")
    registry.restrict("payroll", "finance", "legal")
    registry.restrict("planned", "finance")
    registry.checkpoint()

    replica = await following(registry)

    snapshot = replica.view.snapshot
    assert snapshot.checkpoint == snapshot.generation
    assert snapshot.restricted == {"payroll": {"finance", "legal"}, "planned": {"finance"}}
    assert names(replica, "sales") == ["pdf-forms"]
    assert [hit.name for hit in replica.view.seen_by(viewer()).index.search("form", limit=5)] == ["pdf-forms"]


async def test_a_restricted_version_that_cannot_be_verified_stays_restricted(registry):
    registry.publish("payroll")
    registry.restrict("payroll", "finance")
    replica = await following(registry)
    registry.damage(registry.publish("payroll", body="New.\n"))
    await replica.refresh()

    assert replica.view.snapshot.failed.keys() == {"payroll"}
    assert (names(replica), names(replica, "finance")) == ([], ["payroll"])
    assert replica.view.seen_by(viewer()).snapshot.failed == {}


async def test_nobody_is_told_of_a_skill_of_which_it_cannot_be_read_who_sees_it(registry):
    registry.publish("payroll")
    registry.restrict("payroll", "finance")
    with closing(sqlite3.connect(registry.root / "catalog.sqlite")) as database, database:
        database.execute("UPDATE skills SET seen_by = '{\"odd\": 1}'")

    replica = await following(registry)

    assert replica.view.snapshot.failed.keys() == {"payroll"}
    assert replica.view.seen_by(viewer("finance")).snapshot.failed == {}


async def test_callers_who_see_the_same_share_a_view_and_where_nothing_is_hidden_it_is_the_whole_one(registry):
    registry.publish("payroll")
    replica = await following(registry)
    unrestricted = replica.view.seen_by(viewer())
    registry.restrict("payroll", "finance")
    whole = await replica.refresh()

    assert unrestricted is not whole
    assert whole.seen_by(OWNER) is whole.seen_by(viewer("finance", "sales")) is whole
    assert whole.seen_by(viewer("sales")) is whole.seen_by(viewer("legal", "hr")) is not whole


async def test_so_many_views_are_kept_and_no_more(registry):
    registry.publish("payroll")
    for number in range(MOST_SEEN + 5):
        registry.restrict(f"planned-{number}", f"group-{number}")
    view = (await following(registry)).view

    kept = [view.seen_by(viewer(f"group-{number}")) for number in range(MOST_SEEN + 5)]

    assert view.seen_by(viewer("group-0")) is not kept[0]
    assert view.seen_by(viewer(f"group-{MOST_SEEN}")) is kept[MOST_SEEN]


async def test_views_that_were_seen_go_with_their_snapshot(registry):
    registry.publish("payroll")
    registry.restrict("payroll", "finance")
    replica = await following(registry)
    seen = [replica.view.seen_by(viewer(*groups)).snapshot.skills for groups in ((), ("finance",))]
    gone = [weakref.ref(skills) for skills in seen]
    del seen
    registry.publish("pdf-forms")
    await replica.refresh()

    # The thread that made the index lets go of the old view a moment after it has given the new one.
    async with asyncio.timeout(PATIENCE):
        while any(skills() is not None for skills in gone):
            await asyncio.sleep(0)
