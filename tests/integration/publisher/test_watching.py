"""Stories of a publisher that runs: how it hears of a push, and what happens when it does not."""

import asyncio

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from git_fixtures import Clone, clone, git, pack_everything
from mcpskills.errors import UnavailableError
from mcpskills.events import EventsMissed, ReconcileWanted
from publisher_scene import PATIENCE, Scene


def test_the_first_reconcile_is_told_to_whoever_waits_for_it(registry: Scene):
    commit = registry.work.publish(skill_folder())

    async def story() -> None:
        async with registry.running(registry.publisher()) as publisher:
            summary = await publisher.ready()
            assert (summary.commit, summary.done.published) == (commit, ("pdf-forms",))

    asyncio.run(story())


def test_a_push_to_a_local_repository_goes_live_by_itself(registry: Scene):
    async def story() -> None:
        async with registry.running(registry.publisher()):
            await asyncio.to_thread(registry.work.publish, skill_folder())
            await registry.until(lambda: registry.live() == {"pdf-forms": 1})
            await asyncio.to_thread(registry.work.publish, skill_folder(body="Two.\n"))
            await registry.until(lambda: registry.live() == {"pdf-forms": 2})

    asyncio.run(story())


def test_a_push_after_the_references_were_packed_goes_live(registry: Scene):
    registry.work.publish(skill_folder())

    async def story() -> None:
        async with registry.running(registry.publisher()):
            await asyncio.to_thread(pack_everything, registry.origin)
            await asyncio.to_thread(registry.work.publish, skill_folder(body="Two.\n"))
            await registry.until(lambda: registry.live() == {"pdf-forms": 2})

    asyncio.run(story())


def test_a_commit_in_a_repository_with_a_work_tree_goes_live(registry: Scene):
    registry.registry = str(registry.work.path)
    registry.work.put(skill_folder())
    registry.work.commit()

    async def story() -> None:
        async with registry.running(registry.publisher()):
            registry.work.put(skill_folder(body="Two.\n"))
            await asyncio.to_thread(registry.work.commit)
            await registry.until(lambda: registry.live() == {"pdf-forms": 2})

    asyncio.run(story())


def test_a_commit_in_a_linked_work_tree_goes_live(registry: Scene):
    registry.work.put(skill_folder())
    registry.work.commit()
    git(registry.work.path, "checkout", "--quiet", "--detach")
    git(registry.work.path, "worktree", "add", "--quiet", "../linked", "main")
    linked = Clone(registry.root / "linked")
    registry.registry = str(linked.path)

    async def story() -> None:
        async with registry.running(registry.publisher()):
            linked.put(skill_folder(body="Two.\n"))
            await asyncio.to_thread(linked.commit)
            await registry.until(lambda: registry.live() == {"pdf-forms": 2})

    asyncio.run(story())


def test_a_request_brings_about_a_reconcile(registry: Scene):
    registry.registry = registry.origin.as_uri()

    async def story() -> None:
        async with registry.running(registry.publisher()):
            registry.work.publish(skill_folder())
            registry.signals.send(ReconcileWanted(TENANT, "webhook"))
            await registry.until(lambda: registry.live() == {"pdf-forms": 1})

    asyncio.run(story())


def test_a_publisher_that_missed_requests_looks_itself(registry: Scene):
    registry.registry = registry.origin.as_uri()

    async def story() -> None:
        async with registry.running(registry.publisher()):
            registry.work.publish(skill_folder())
            registry.signals.send(EventsMissed())
            await registry.until(lambda: registry.live() == {"pdf-forms": 1})

    asyncio.run(story())


def test_a_push_during_a_reconcile_brings_about_another(registry: Scene):
    registry.work.publish(skill_folder(body="One.\n"))
    pushed: list[str] = []

    def push_once(step: str, _: str) -> None:
        if step == "read" and not pushed:
            pushed.append(registry.work.publish(skill_folder(body="Two.\n")))

    async def story() -> None:
        async with registry.running(registry.publisher(observe=push_once)):
            await registry.until(lambda: registry.live() == {"pdf-forms": 2})

    asyncio.run(story())

    assert [version.number for version in registry.catalog.versions(TENANT, "pdf-forms")] == [2, 1]


def test_a_request_during_a_reconcile_is_not_forgotten(registry: Scene):
    """The publisher looks at a URL, so that nothing but the request tells it of the second push."""
    registry.registry = registry.origin.as_uri()
    registry.work.publish(skill_folder(body="One.\n"))
    pushed: list[str] = []

    def push_once(step: str, _: str) -> None:
        if step == "read" and not pushed:
            pushed.append(registry.work.publish(skill_folder(body="Two.\n")))
            registry.signals.send(ReconcileWanted(TENANT, "webhook"))

    async def story() -> None:
        async with registry.running(registry.publisher(observe=push_once)):
            await registry.until(lambda: registry.live() == {"pdf-forms": 2})

    asyncio.run(story())


def test_doubled_requests_publish_once(registry: Scene):
    registry.work.publish(skill_folder())

    async def story() -> None:
        async with registry.running(registry.publisher()):
            for _ in range(20):
                registry.signals.send(ReconcileWanted(TENANT, "webhook"))
            await asyncio.to_thread(registry.work.publish, skill_folder("apple-pie"))
            await registry.until(lambda: len(registry.live()) == 2)

    asyncio.run(story())

    assert registry.catalog.generation(TENANT) == 2


def test_a_reconcile_that_fails_is_tried_again_until_it_works(registry: Scene):
    registry.work.publish(skill_folder())
    failed: list[str] = []

    def fail_twice(step: str, _: str) -> None:
        if step == "store" and len(failed) < 2:
            failed.append(step)
            raise UnavailableError("The store is away.")

    async def story() -> None:
        publisher = registry.publisher(observe=fail_twice)
        running = asyncio.create_task(publisher.run())
        with pytest.raises(UnavailableError, match="away"):
            await asyncio.wait_for(publisher.ready(), PATIENCE)
        await registry.until(lambda: registry.live() == {"pdf-forms": 1})
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(story())

    assert len(failed) == 2


def test_a_fault_of_our_own_does_not_end_the_publisher(registry: Scene):
    registry.work.publish(skill_folder())
    failed: list[str] = []

    def fail_once(step: str, _: str) -> None:
        if not failed:
            failed.append(step)
            raise RuntimeError("nobody thought of this")

    async def story() -> None:
        publisher = registry.publisher(observe=fail_once)
        running = asyncio.create_task(publisher.run())
        await registry.until(lambda: registry.live() == {"pdf-forms": 1})
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(story())


def test_a_publisher_that_is_stopped_ends_after_the_skill_it_is_at(registry: Scene):
    names = [f"skill-{letter}" for letter in "abcdefgh"]
    registry.work.publish(*(skill_folder(name) for name in names))

    async def story() -> None:
        at_work = asyncio.Event()
        loop = asyncio.get_running_loop()

        def tell(step: str, skill: str) -> None:
            if (step, skill) == ("read", "skill-c"):
                loop.call_soon_threadsafe(at_work.set)
                stopped.result(PATIENCE)

        publisher = registry.publisher(observe=tell)
        running = asyncio.create_task(publisher.run())
        stopped = asyncio.run_coroutine_threadsafe(stop(at_work, running), loop)
        await asyncio.wait([running])

    async def stop(at_work: asyncio.Event, running: asyncio.Task) -> None:
        await at_work.wait()
        running.cancel()

    asyncio.run(story())

    assert list(registry.live()) in (names[:3], names[:4])

    registry.reconcile()

    assert list(registry.live()) == names


def test_a_branch_that_appears_later_goes_live(registry: Scene):
    later = clone(registry.origin, registry.root / "later")

    async def story() -> None:
        async with registry.running(registry.publisher()) as publisher:
            assert (await publisher.ready()).commit is None
            await asyncio.to_thread(later.publish, skill_folder())
            await registry.until(lambda: registry.live() == {"pdf-forms": 1})

    asyncio.run(story())
