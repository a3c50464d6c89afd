"""Publishers say how they are, for people."""

import asyncio

from builders import skill_folder
from catalog_builders import TENANT
from git_fixtures import git
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.fleet import PublisherState
from mcpskills_publisher.app import build
from publisher_scene import NEVER, Scene, eventually


def test_a_publisher_says_that_it_leads_what_it_saw_and_that_it_is_frozen(registry: Scene):
    replicas = InProcessReplicas()
    commit = registry.work.publish(skill_folder())
    settings = registry.settings(reconcile_seconds=NEVER)
    parts = (settings, registry.catalog, registry.store, registry.signals)

    def state() -> PublisherState | None:
        return next(iter(replicas.publishers(TENANT)), None)

    async def story() -> list[PublisherState | None]:
        async with registry.running(build(*parts, replicas=replicas, now=registry.clock)):
            await eventually(lambda: (said := state()) is not None and said.commit == commit)
            good = state()
            git(registry.origin, "update-ref", "-d", "refs/heads/main")
            await eventually(lambda: (said := state()) is not None and said.frozen is not None)
            return [good, state()]

    good, frozen = asyncio.run(story())

    assert good is not None
    assert frozen is not None
    assert (good.leads, good.reconciled_at, good.every_seconds, good.frozen) == (True, registry.clock.at, NEVER, None)
    assert "is gone from the registry repository" in (frozen.frozen or "")


def test_a_publisher_that_another_keeps_from_work_says_so_and_does_not_lead(registry: Scene):
    replicas = InProcessReplicas()
    registry.catalog.acquire_lease(TENANT, "another", 3600)
    parts = (registry.settings(reconcile_seconds=NEVER), registry.catalog, registry.store, registry.signals)

    async def story() -> PublisherState:
        work = asyncio.create_task(build(*parts, replicas=replicas, now=registry.clock).run())
        await eventually(lambda: any(said.error for said in replicas.publishers(TENANT)))
        work.cancel()
        await asyncio.wait([work])
        return replicas.publishers(TENANT)[0]

    said = asyncio.run(story())

    assert (said.leads, said.commit) == (False, None)
