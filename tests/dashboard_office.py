"""A registry with its publisher and its server, somebody of every role, and the dashboard's pages over it."""

import contextlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from admin_service import serving
from catalog_builders import TENANT
from git_fixtures import BRANCH, git
from key_builders import bearing, keep_key
from mcpskills.access import Role
from mcpskills.adapters import backends
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.adapters.in_process_tail import InProcessTail
from mcpskills.api_key import Peppers
from mcpskills.folder import SkillFolder
from mcpskills.journal import Invocation
from mcpskills.ports import Journal, Statistics
from mcpskills.statistics.call import Call, Concern
from mcpskills.statistics.counting import OpenHours
from mcpskills_dashboard import signing_in, visits
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.settings import DashboardSettings
from mcpskills_server import app
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.settings import ServerSettings
from mcpskills_server.statistics.folding import fold
from publisher_scene import PATIENCE, Scene, scene

APP_SECONDS = 30


@dataclass
class Office:
    """`url` is the server's. `keys` has the API key of somebody of each role, by the role's name."""

    scene: Scene
    url: str
    keys: dict[str, str]
    http: httpx2.Client = field(repr=False)
    replicas: InProcessReplicas = field(repr=False)
    journal: Journal = field(repr=False)
    tail: InProcessTail = field(repr=False)
    statistics: Statistics = field(repr=False)
    peppers: Peppers = field(repr=False)
    end_streams: Callable[[], None] = field(repr=False)
    """Ends what is told to whoever looks on; they may come back."""

    def publish(self, *folders: SkillFolder) -> None:
        """Push and publish; the server has them when this returns."""
        self.scene.work.publish(*folders)
        self.scene.reconcile()
        assert self.admin("POST", "/skills/reload-all").status_code == httpx2.codes.OK

    def propose(self, which: str, *folders: SkillFolder) -> str:
        """Somebody pushes a branch with the folders; its id is `which`, and it is given back."""
        work = self.scene.work
        work.put(*folders)
        commit = work.commit(f"Change {', '.join(folder.name for folder in folders)}")
        git(work.path, "push", "--quiet", "--force", "origin", f"{commit}:refs/heads/proposal/{which}")
        work.reset(f"{commit}~1")
        return which

    def land(self) -> None:
        """Have the publisher look at what was merged, and the server take it, as both do by themselves elsewhere."""
        git(self.scene.work.path, "pull", "--quiet", "origin", BRANCH)
        self.scene.reconcile()
        assert self.admin("POST", "/skills/reload-all").status_code == httpx2.codes.OK

    def record(self, *invocations: Invocation) -> None:
        """Have invocations in the journal, and told to whoever looks on, as the server does with what it was asked."""
        self.journal.append(invocations)
        self.tail.tell(invocations)

    def admin(self, method: str, path: str, role: str = "owner", **request: Any) -> httpx2.Response:
        """The admin API, as somebody of a role asks it."""
        return self.http.request(method, f"{self.url}/admin{path}", headers=bearing(self.keys[role]), **request)

    def api(self, role: str = "owner") -> Api:
        """The dashboard's own way to ask it."""
        return Api(self.url, self.http, lambda: self.keys[role])

    def visit(self, page: str, role: str | None = "owner", *, language: str = "en", **parameters: str) -> AppTest:
        """A page as somebody of the role sees it, or who is not signed in; it ran once."""
        visit = AppTest.from_function(_run, default_timeout=APP_SECONDS, args=(page,))
        visit.session_state["settings"] = DashboardSettings(api=self.url)
        visit.session_state["language"] = language
        if role is not None:
            visit.session_state[signing_in.VISIT] = visits.kept().begin(SecretStr(self.keys[role]), (TENANT, role))
        for name, value in parameters.items():
            visit.query_params[name] = value
        return visit.run()


def _run(page: str) -> None:
    """The whole script: Streamlit reads its text, and it runs alone."""
    from mcpskills_dashboard import script  # noqa: PLC0415 it is cut out of this file

    script.run(start=page)


def words(visit: AppTest) -> str:
    """All that a page says, for looking whether something stands in it."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success", "code")
    return "\n".join(str(element.value) for kind in kinds for element in visit.get(kind))


def press(visit: AppTest, label: str, *, opener: str | None = None) -> AppTest:
    """Press the button with these words. One in a dialog needs the button that opened it: a run draws the dialog only then."""
    if opener is not None:
        _button(visit, opener).click()
    return _button(visit, label).click().run()


def _button(visit: AppTest, label: str) -> Button:
    # The last one: a dialog's button may say the same as the one that opened it.
    return [button for button in visit.button if button.label == label][-1]


@contextlib.contextmanager
def office(root: Path, calls: Sequence[Call] = (), **more: Any) -> Iterator[Office]:
    """An empty registry until something is published; nobody is let in without a key.

    `calls` were counted before, `more` are settings of the server.
    """
    with contextlib.ExitStack() as kept:
        made = kept.enter_context(scene(root))
        made.work.commit("Start the registry")
        made.work.push()
        said = {"poll_seconds": 0.1, "anonymous": None, "plan": "unlimited", **more}
        settings = ServerSettings(data=made.data, registry=made.registry, **said)
        forge = LocalForge(GitRepository.open(made.registry, made.root / "proposals"), BRANCH)
        peppers = backends.peppers(settings)
        journal = kept.enter_context(backends.journal(settings))
        statistics = kept.enter_context(backends.statistics(settings))
        _count(statistics, calls)
        replicas, tail = InProcessReplicas(), InProcessTail(TENANT)
        on = ServedRegistry(
            catalog=made.catalog,
            store=made.store,
            signals=made.signals,
            forge=lambda: forge,
            principals=made.principals,
            peppers=peppers,
            replicas=replicas,
            secrets=backends.secrets(settings),
            journal=journal,
            tail=tail,
            statistics=statistics,
        )
        service = app.registry(settings, on)
        given = {role.value: keep_key(made.principals, peppers, role).text for role in Role}
        with serving(service.application) as url, httpx2.Client(timeout=PATIENCE) as http:
            made.reconcile()
            end_streams = service.close_streams
            yield Office(made, url, given, http, replicas, journal, tail, statistics, peppers, end_streams)
            service.close_streams()


def _count(statistics: Statistics, calls: Sequence[Call]) -> None:
    """Each in its own hour. Hours and days that are over are folded, as they are where a server ran all the time."""
    hours = OpenHours(uuid.uuid4().hex)
    for call in calls:
        hours.count(call, Concern(call.skill, call.version), datetime.fromtimestamp(call.at, UTC))
    statistics.put(TENANT, list(hours.take()))
    fold(statistics, TENANT, datetime.now(UTC))
