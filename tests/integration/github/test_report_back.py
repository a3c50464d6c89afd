"""What the publisher tells of a commit, and when; without a publisher, so that every outcome can be had."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from catalog_builders import TENANT, Clock, a_quarantine, lease_of
from fakes.github import FakeGitHub, FakeRepository
from forge_scenes import client_of
from git_fixtures import Clone
from mcpskills.adapters.github.reporting import GitHubReports
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.adapters.redis.replicas import RedisReplicas
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.ports import Replicas
from mcpskills_publisher.carry_out import Done
from mcpskills_publisher.reconcile import Summary
from mcpskills_publisher.report_back import Reporter
from publisher_scene import PATIENCE
from stand_ins.processes import free_port

SHORT = 0.2
PUBLISHED = Done(published=("pdf-forms",))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqliteCatalog]:
    with closing(SqliteCatalog(tmp_path / "catalog.sqlite")) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reporter(hub: FakeGitHub, repository: FakeRepository, catalog: SqliteCatalog, clock: Clock):
    def made(replicas: Replicas | None = None, patience: float = SHORT, *, long_patience: float = PATIENCE) -> Reporter:
        reports = GitHubReports(client_of(hub, repository))
        return Reporter(reports, catalog, replicas, TENANT, clock, patience=patience, long_patience=long_patience)

    return made


@asynccontextmanager
async def at_work(reporter: Reporter) -> AsyncIterator[None]:
    running = asyncio.create_task(reporter.run())
    # It has begun once whatever was ready before has run.
    await asyncio.sleep(0)
    yield
    running.cancel()
    await asyncio.wait([running])


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)


def statuses(repository: FakeRepository) -> list[tuple[str, str]]:
    return [(status["state"], status["description"]) for status in repository.statuses]


def publish(reporter: Reporter, commit: str, done: Done = PUBLISHED) -> None:
    """A reconcile of the commit begins and ends."""
    reporter.begins(None)
    reporter.taken_up(commit)
    asyncio.get_running_loop().call_soon(reporter.ended, Summary(commit, done))


def story(reporter: Reporter, repository: FakeRepository, happens: Callable[[], None], told: int):
    """What is told once something happened; waits for so many statuses."""

    async def run() -> None:
        async with at_work(reporter):
            happens()
            await until(lambda: len(repository.statuses) >= told)

    asyncio.run(run())
    return statuses(repository)


def test_the_seconds_count_from_the_oldest_delivery(reporter, repository, work: Clone, clock: Clock):
    replicas = InProcessReplicas()
    replicas.report(TENANT, "one", 0)
    told = reporter(replicas, PATIENCE)

    def happens() -> None:
        told.heard()
        told.begins(clock() - timedelta(seconds=1.4))
        told.taken_up(work.head)
        asyncio.get_running_loop().call_soon(told.ended, Summary(work.head))

    assert story(told, repository, happens, 2)[-1] == ("success", "live on 1/1 replicas, 1.4 s")


def one_follows_and_one_is_stuck() -> InProcessReplicas:
    replicas = InProcessReplicas()
    replicas.report(TENANT, "one", 5)
    replicas.report(TENANT, "stuck", -1)
    return replicas


def test_a_replica_that_does_not_follow_is_told_of_after_a_while(reporter, repository, work: Clone):
    told = reporter(one_follows_and_one_is_stuck())

    assert story(told, repository, lambda: publish(told, work.head), 2) == [
        ("pending", "Being published."),
        ("error", "live on 1/2 replicas, 0.0 s"),
    ]


def test_a_replica_that_follows_later_puts_right_what_was_told(reporter, repository, work: Clone, clock: Clock):
    replicas = one_follows_and_one_is_stuck()
    told = reporter(replicas)

    async def run() -> None:
        async with at_work(told):
            publish(told, work.head)
            await until(lambda: len(repository.statuses) == 2)
            clock.pass_by(95)
            replicas.report(TENANT, "one", 5)
            replicas.report(TENANT, "stuck", 5)
            await until(lambda: len(repository.statuses) == 3)

    asyncio.run(run())

    assert statuses(repository)[1:] == [
        ("error", "live on 1/2 replicas, 0.0 s"),
        ("success", "live on 2/2 replicas, 95.0 s"),
    ]


def test_a_replica_that_follows_too_late_is_waited_for_no_more(reporter, repository, work: Clone):
    replicas = one_follows_and_one_is_stuck()
    told = reporter(replicas, long_patience=0)

    async def run() -> None:
        async with at_work(told):
            publish(told, work.head)
            await until(lambda: len(repository.statuses) == 2 and not told.waits)
            replicas.report(TENANT, "stuck", 5)
            told.ended(Summary(work.head, frozen="The end."))
            await until(lambda: ("error", "The end.") in statuses(repository))

    asyncio.run(run())

    assert [state for state, _ in statuses(repository)] == ["pending", "error", "error"]


def test_what_was_told_of_a_commit_meanwhile_stays_when_its_replicas_follow(reporter, repository, work: Clone):
    replicas = one_follows_and_one_is_stuck()
    told = reporter(replicas)

    async def run() -> None:
        async with at_work(told):
            publish(told, work.head)
            await until(lambda: len(repository.statuses) == 2)
            told.ended(Summary(work.head, frozen="It was rewritten."))
            await until(lambda: len(repository.statuses) == 3)
            replicas.report(TENANT, "stuck", 5)
            await until(lambda: not told.waits)
            told.ended(Summary(work.head, frozen="The end."))
            await until(lambda: ("error", "The end.") in statuses(repository))

    asyncio.run(run())

    assert [said for _, said in statuses(repository)][2:] == ["It was rewritten.", "The end."]


@pytest.mark.parametrize("known", [None, InProcessReplicas()], ids=["nobody", "none"])
def test_where_no_replica_speaks_the_commit_is_published(reporter, repository, work: Clone, known):
    told = reporter(known)

    assert story(told, repository, lambda: publish(told, work.head), 2)[-1] == ("success", "published, 0.0 s")


def test_a_redis_that_is_away_keeps_no_report_back(reporter, repository, work: Clone):
    with closing(RedisReplicas(f"redis://127.0.0.1:{free_port()}", patience=0.2)) as away:
        told = reporter(away)

        assert story(told, repository, lambda: publish(told, work.head), 2)[-1] == ("success", "published, 0.0 s")


def test_a_history_that_was_rewritten_is_told_once(reporter, repository, work: Clone):
    told = reporter()

    def happens() -> None:
        for _ in range(3):
            told.begins(None)
            told.ended(Summary(work.head, frozen="Publishing is frozen: it was rewritten."))
        told.ended(Summary(work.head, frozen="Publishing is frozen: another reason."))

    assert story(told, repository, happens, 2) == [
        ("error", "Publishing is frozen: it was rewritten."),
        ("error", "Publishing is frozen: another reason."),
    ]


def test_what_was_refused_before_and_stands_untouched_is_not_this_commits_fault(
    reporter, repository, work: Clone, catalog: SqliteCatalog
):
    catalog.quarantine(lease_of(catalog), a_quarantine("skills/old", reason="It was wrong already."))
    told = reporter()

    assert story(told, repository, lambda: publish(told, work.head), 2)[-1] == ("success", "published, 0.0 s")


def test_a_folder_that_is_refused_again_for_the_same_reason_is(reporter, repository, work: Clone, catalog):
    catalog.quarantine(lease_of(catalog), a_quarantine("skills/old", reason="It was wrong already."))
    told = reporter()
    again = Done(quarantined=("old",))

    assert story(told, repository, lambda: publish(told, work.head, again), 2)[-1] == (
        "failure",
        "1 skill refused: old",
    )


def test_a_commit_that_is_looked_at_again_with_the_same_outcome_is_told_once(reporter, repository, work: Clone):
    told = reporter()

    async def run() -> None:
        async with at_work(told):
            for done in (PUBLISHED, Done(), Done()):
                publish(told, work.head, done)
            await until(lambda: len(repository.statuses) == 2)
            # What comes after all of them is told after all of them.
            told.ended(Summary(work.head, frozen="The end."))
            await until(lambda: ("error", "The end.") in statuses(repository))

    asyncio.run(run())

    assert [state for state, _ in statuses(repository)] == ["pending", "success", "error"]


def test_a_reconcile_that_has_to_be_repeated_is_no_outcome(reporter, repository, work: Clone):
    told = reporter()

    def happens() -> None:
        publish(told, work.head, Done(again=("pdf-forms",)))
        publish(told, work.head)

    assert [state for state, _ in story(told, repository, happens, 2)] == ["pending", "success"]


def test_a_commit_that_another_process_told_of_is_not_told_again(reporter, repository, work: Clone, catalog):
    catalog.mark_commit(lease_of(catalog), work.head)
    first, second = reporter(), reporter()
    story(first, repository, lambda: first.ended(Summary(work.head)), 1)

    def happens() -> None:
        second.ended(Summary(work.head))
        second.ended(Summary(work.head, frozen="The end."))

    assert story(second, repository, happens, 2) == [("success", "published"), ("error", "The end.")]


def test_replicas_that_follow_while_no_publisher_runs_are_told_of_by_the_next(
    reporter, repository, work: Clone, catalog
):
    catalog.mark_commit(lease_of(catalog), work.head)
    replicas = one_follows_and_one_is_stuck()
    first, second = reporter(replicas), reporter(replicas)
    story(first, repository, lambda: publish(first, work.head), 2)
    replicas.report(TENANT, "stuck", 5)

    assert story(second, repository, lambda: second.ended(Summary(work.head)), 3)[1:] == [
        ("error", "live on 1/2 replicas, 0.0 s"),
        ("success", "live on 2/2 replicas"),
    ]


def test_an_older_head_than_the_published_commit_is_nobodys_outcome(reporter, repository, work: Clone, catalog):
    catalog.mark_commit(lease_of(catalog), "f" * 40)
    told = reporter()

    def happens() -> None:
        told.ended(Summary(work.head))
        told.ended(Summary(None))
        told.ended(Summary(work.head, frozen="The end."))

    assert story(told, repository, happens, 1) == [("error", "The end.")]
