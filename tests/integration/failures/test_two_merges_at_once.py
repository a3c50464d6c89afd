"""Two merges of one skill at once, with two publishers at work: the versions are in Git's order, and the last one is live."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from builders import script, skill_folder
from catalog_builders import TENANT
from git_fixtures import BRANCH, git
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import PreconditionFailedError
from mcpskills.proposal import Proposal, ProposedChange
from mcpskills.settings import SIGNING_KEY
from mcpskills_publisher.app import build
from publisher_scene import Scene, eventually

ROUNDS = 3
PEOPLE = ("ada", "grace")


def forge(registry: Scene, who: str) -> LocalForge:
    return LocalForge(GitRepository.open(registry.registry, registry.root / who), BRANCH)


@asynccontextmanager
async def also_at_work(registry: Scene) -> AsyncIterator[None]:
    """A publisher on a machine of its own, with the same key; while the other one holds the lease, it tries again."""
    own = {
        "data": registry.root / "elsewhere",
        "signing_key": str(registry.data / SIGNING_KEY),
        "reconcile_seconds": 0.1,
    }
    publisher = build(registry.settings(**own), registry.catalog, registry.store, registry.signals)
    running = asyncio.create_task(publisher.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


def proposed(registry: Scene, who: str, number: int) -> Proposal:
    """A change of a file of one's own in the one skill that all change; `number` counts the rounds."""
    before = {name: number - 1 for name in PEOPLE if number} | {who: number}
    files = {f"scripts/{name}.py": script(f"print({last})\n") for name, last in before.items()}
    folder = skill_folder(files=files)
    return forge(registry, who).propose(ProposedChange(folder.path, folder.entries, f"{who} {number}", "", who))


def merged(registry: Scene, who: str, proposal: Proposal) -> None:
    """Who loses the race merges again, as a person does."""
    while True:
        try:
            forge(registry, who).merge(proposal.id, proposal.commit, who)
        except PreconditionFailedError:
            continue
        return


def test_merges_that_meet_are_versions_in_the_order_of_git(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()

    async def story() -> None:
        async with registry.running(registry.publisher(every=0.1)), also_at_work(registry):
            with ThreadPoolExecutor(2) as threads:
                for number in range(ROUNDS):
                    opened = [await asyncio.to_thread(proposed, registry, who, number) for who in PEOPLE]
                    loop = asyncio.get_running_loop()
                    both = zip(PEOPLE, opened, strict=True)
                    await asyncio.gather(*(loop.run_in_executor(threads, merged, registry, *each) for each in both))
            head = git(registry.origin, "rev-parse", BRANCH)
            await eventually(lambda: registry.catalog.published(TENANT).commit == head)

    asyncio.run(story())

    versions = list(reversed(registry.catalog.versions(TENANT, "pdf-forms")))
    order = git(registry.origin, "rev-list", "--reverse", "--first-parent", BRANCH).splitlines()
    assert [version.number for version in versions] == list(range(1, len(versions) + 1))
    places = [order.index(version.origin.commit) for version in versions]
    assert places == sorted(set(places))
    assert registry.live() == {"pdf-forms": len(versions)}
    assert {name: registry.files("pdf-forms")[f"scripts/{name}.py"] for name in PEOPLE} == {
        name: f"print({ROUNDS - 1})\n".encode() for name in PEOPLE
    }
