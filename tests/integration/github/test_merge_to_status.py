"""From a merge on GitHub to its commit's status: real deliveries, a real publisher, Git over HTTP with tokens, three replicas."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from admin_service import serving
from builders import skill_folder
from catalog_builders import TENANT
from fakes.github import FakeGitHub, FakeRepository
from forge_scenes import change
from git_fixtures import BRANCH, Clone
from github_settings import on_github
from mcpskills.adapters import backends
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.in_process import InProcessReplicas, InProcessSignals
from mcpskills.adapters.origins import origin
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.events import ReconcileWanted
from mcpskills.folder import SkillFolder
from mcpskills_publisher.app import Publisher, build
from mcpskills_publisher.listening import webhooks
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_publisher.webhook import routes
from mcpskills_server import app as server
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.settings import ServerSettings
from publisher_scene import NEVER, PATIENCE

SECRET = "a secret of this webhook"


@dataclass
class Fleet:
    """A registry on GitHub with everything that works on it. `replicas` are where they answer."""

    hub: FakeGitHub
    repository: FakeRepository
    root: Path
    settings: PublisherSettings
    catalog: SqliteCatalog
    signals: InProcessSignals
    open: Callable[[], Publisher]
    replicas: list[str]

    def merge(self, *folders: SkillFolder) -> str:
        """A pull request for each folder is opened and merged; gives the last merge commit."""
        forge = origin(self.settings).forge(self.root / "people", BRANCH)
        commits = []
        for folder in folders:
            made = forge.propose(change(folder))
            commits.append(forge.merge(made.id, made.commit, "Grace").ending.commit)
        return commits[-1]

    def told(self, commit: str) -> list[tuple[str, str]]:
        """State and description of the commit's statuses, in order."""
        statuses = self.repository.statuses
        return [(status["state"], status["description"]) for status in statuses if status["sha"] == commit]

    def states(self, commit: str) -> list[str]:
        return [state for state, _ in self.told(commit)]

    def live(self) -> dict[str, int | None]:
        return {record.name: record.live for record in self.catalog.skills(TENANT)}

    @asynccontextmanager
    async def publishing(self):
        """A publisher at work, after its first reconcile."""
        publisher = self.open()
        running = asyncio.create_task(publisher.run())
        try:
            async with asyncio.timeout(PATIENCE):
                await publisher.ready()
            yield publisher
        finally:
            running.cancel()
            await asyncio.wait([running])


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)


@contextmanager
def fleet(hub: FakeGitHub, repository: FakeRepository, root: Path) -> Iterator[Fleet]:
    given = {**on_github(hub, repository), "data": root / "data"}
    settings = PublisherSettings.read(**given, webhook_secrets=(SECRET,), reconcile_seconds=NEVER)
    replicas, signals = InProcessReplicas(), InProcessSignals(TENANT)
    with ExitStack() as held:
        catalog = held.enter_context(closing(SqliteCatalog(settings.data / "catalog.sqlite")))
        deliveries = held.enter_context(closing(SqliteDeliveries(settings.data / "deliveries.sqlite", TENANT)))
        principals = held.enter_context(closing(SqlitePrincipals(settings.data / "catalog.sqlite")))
        store = DirectoryPackageStore(settings.data / "packages")

        def open_publisher() -> Publisher:
            return build(settings, catalog, store, signals, deliveries=deliveries, replicas=replicas)

        urls = []
        for number in range(3):
            serves = ServerSettings.read(**given)
            forge = partial(origin(serves).forge, root / f"proposals {number}", BRANCH)
            on = ServedRegistry(
                catalog=catalog,
                store=store,
                signals=signals,
                forge=forge,
                principals=principals,
                peppers=backends.peppers(settings),
                replicas=replicas,
            )
            service = server.registry(serves, on, name=f"replica {number}")
            urls.append(held.enter_context(serving(service.application)))
        receiving = webhooks(settings, lambda: None, deliveries, lambda: datetime.now(UTC))
        hub.hooks.secret, hub.hooks.url = SECRET.encode(), held.enter_context(serving(receiving)) + routes.PATH
        yield Fleet(hub, repository, root, settings, catalog, signals, open_publisher, urls)


@pytest.fixture
def registry(hub: FakeGitHub, repository: FakeRepository, work: Clone, tmp_path: Path) -> Iterator[Fleet]:
    """Its repository holds `skills/pdf-forms`, which nobody has published yet."""
    with fleet(hub, repository, tmp_path) as made:
        yield made


def test_a_merge_is_live_everywhere_and_its_commit_says_so(registry: Fleet):
    async def story() -> str:
        async with registry.publishing():
            commit = await asyncio.to_thread(registry.merge, skill_folder("csv-profile"))
            await until(lambda: "success" in registry.states(commit))
        return commit

    commit = asyncio.run(story())

    (pending, success) = registry.told(commit)
    assert pending == ("pending", "Being published.")
    assert re.fullmatch(r"live on 3/3 replicas, \d+\.\d s", success[1])
    assert set(registry.hub.hooks.statuses()) == {202}
    assert registry.live() == {"csv-profile": 1, "pdf-forms": 1}
    assert ("POST", f"/{registry.repository.name}.git/git-upload-pack") in registry.hub.calls
    for url in registry.replicas:
        assert httpx2.get(f"{url}/admin/skills/csv-profile").json()["served_version"] == 1
    shown = httpx2.get(f"{registry.replicas[0]}/admin/replicas").json()["replicas"]
    assert [(one["replica"], one["current"]) for one in shown] == [(f"replica {number}", True) for number in range(3)]


def test_a_poison_skill_is_explained_once_in_words_that_do_nothing(registry: Fleet):
    text = '---\nname: "@example/everyone <img src=x> #12"\ndescription: It.\n---\nDo it.\n'
    poison = skill_folder("csv-profile", text=text)

    async def story() -> str:
        async with registry.publishing() as publisher:
            commit = await asyncio.to_thread(registry.merge, poison)
            await until(lambda: bool(registry.repository.comments))
            registry.signals.send(ReconcileWanted(TENANT, "asked again"))
            before = publisher.progress
            await until(lambda: publisher.progress is not before)
        return commit

    commit = asyncio.run(story())

    assert registry.told(commit) == [("pending", "Being published."), ("failure", "1 skill refused: csv-profile")]
    (comment,) = registry.repository.comments
    outside = "".join(part for number, part in enumerate(comment["body"].split("`")) if number % 2 == 0)
    assert (comment["issue"], "skills/csv-profile" in comment["body"]) == (1, True)
    assert [sign for sign in ("@example", "<img", "#12") if sign in outside] == []
    assert registry.live() == {"pdf-forms": 1}


def test_a_repository_that_was_replaced_publishes_nothing_and_raises_an_alarm(registry: Fleet):
    async def story() -> list[dict[str, object]]:
        async with registry.publishing() as publisher:
            await until(lambda: registry.live() == {"pdf-forms": 1})
            registry.repository.id = 9999
            with capture_logs() as logged:
                work = Clone(registry.root / "work", BRANCH)
                await asyncio.to_thread(work.publish, skill_folder("csv-profile"))
                registry.hub.hooks.push(registry.repository, f"refs/heads/{BRANCH}", "0" * 40, work.head)
                assert await asyncio.to_thread(registry.hub.hooks.statuses) == [403]
                registry.signals.send(ReconcileWanted(TENANT, "asked"))
                await until(lambda: bool(publisher.progress and publisher.progress.frozen))
        return logged

    logged = asyncio.run(story())

    assert registry.live() == {"pdf-forms": 1}
    assert "is not the registry repository any more" in registry.catalog.published(TENANT).frozen
    alarms = [line["event"] for line in logged if line["log_level"] == "error"]
    assert alarms == ["delivery refused", "publishing is frozen; what is live stays live"]


def test_a_token_that_expired_before_its_time_is_renewed(registry: Fleet):
    async def story() -> str:
        async with registry.publishing():
            await until(lambda: registry.live() == {"pdf-forms": 1})
            before = registry.hub.issued
            for token in registry.hub.tokens.values():
                token.expires_at = datetime.now(UTC) - timedelta(seconds=1)
            commit = await asyncio.to_thread(registry.merge, skill_folder("csv-profile"))
            await until(lambda: "success" in registry.states(commit))
            # One for those who merged, one for the publisher.
            assert registry.hub.issued == before + 2
        return commit

    asyncio.run(story())

    assert registry.live() == {"csv-profile": 1, "pdf-forms": 1}


def test_what_a_publisher_had_no_time_to_tell_is_told_by_the_next(registry: Fleet, work: Clone):
    registry.open().reconcile()

    async def story() -> None:
        async with registry.publishing():
            await until(lambda: "success" in registry.states(work.head))
        async with registry.publishing() as publisher:
            before = publisher.progress
            registry.signals.send(ReconcileWanted(TENANT, "asked"))
            await until(lambda: publisher.progress is not before)

    asyncio.run(story())

    assert registry.told(work.head) == [("success", "live on 3/3 replicas")]


def test_github_that_fails_for_a_while_delays_the_report_and_not_the_publishing(registry: Fleet, work: Clone):
    async def story() -> None:
        async with registry.publishing():
            await until(lambda: "success" in registry.states(work.head))
            commit = await asyncio.to_thread(work.publish, skill_folder("csv-profile"))
            registry.repository.failing_statuses = 2
            registry.signals.send(ReconcileWanted(TENANT, "asked"))
            await until(lambda: registry.live() == {"csv-profile": 1, "pdf-forms": 1})
            await until(lambda: "success" in registry.states(commit))

    asyncio.run(story())
