"""What the fleet serves, by the admin API of a replica that takes part in it."""

import asyncio
import contextlib
from functools import partial
from pathlib import Path

import httpx2

from admin_service import serving
from builders import skill_folder
from catalog_builders import TENANT
from mcpskills.adapters import backends
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.adapters.origins import origin
from mcpskills.adapters.redis.replicas import RedisReplicas
from mcpskills.ports import Replicas
from mcpskills_server import app
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.settings import ServerSettings
from publisher_scene import PATIENCE, Scene, scene
from stand_ins.processes import free_port


def replica(registry: Scene, replicas: Replicas, name: str):
    settings = ServerSettings(data=registry.data, registry=registry.registry)
    on = ServedRegistry(
        catalog=registry.catalog,
        store=registry.store,
        signals=registry.signals,
        forge=partial(origin(settings).forge, registry.root / "proposals", settings.branch),
        principals=registry.principals,
        peppers=backends.peppers(settings),
        replicas=replicas,
    )
    return serving(app.registry(settings, on, name=name).application)


async def told(http: httpx2.AsyncClient, url: str, expected: dict[str, int]) -> dict[str, object]:
    """The answer, once the replicas serve what is expected."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = (await http.get(f"{url}/admin/replicas")).json()
            if {one["replica"]: one["generation"] for one in answer["replicas"]} == expected:
                return answer
            await asyncio.sleep(0.02)


def test_every_replica_says_what_it_serves_after_each_swap(tmp_path: Path):
    replicas = InProcessReplicas()

    async def story(registry: Scene, url: str) -> dict[str, object]:
        async with httpx2.AsyncClient(timeout=PATIENCE) as http:
            await told(http, url, {"one": 0, "other": 0})
            registry.work.publish(skill_folder(), skill_folder("csv-profile"))
            await asyncio.to_thread(registry.reconcile)
            return await told(http, url, {"one": 2, "other": 2})

    with (
        scene(tmp_path) as registry,
        replica(registry, replicas, "one") as url,
        replica(registry, replicas, "other"),
    ):
        answer = asyncio.run(story(registry, url))

    assert answer["generation"] == 2
    assert [one["current"] for one in answer["replicas"]] == [True, True]


def test_a_replica_that_lags_is_shown_as_such(service):
    service.publish(skill_folder())
    service.replicas.report(TENANT, "ahead", 1)
    service.replicas.report(TENANT, "behind", 0)

    assert service.http.get("/admin/replicas").json()["replicas"] == [
        {"replica": "ahead", "generation": 1, "current": True},
        {"replica": "behind", "generation": 0, "current": False},
    ]


def test_while_nobody_can_be_told_or_asked_everything_else_is_served(tmp_path: Path):
    nowhere = f"redis://127.0.0.1:{free_port()}"
    with (
        contextlib.closing(RedisReplicas(nowhere, patience=1)) as away,
        scene(tmp_path) as registry,
        replica(registry, away, "one") as url,
        httpx2.Client(timeout=PATIENCE) as http,
    ):
        registry.work.publish(skill_folder())
        registry.reconcile()
        asked = http.get(f"{url}/admin/replicas")

        assert (asked.status_code, "Redis" in asked.json()["detail"]) == (503, True)
        assert http.get(f"{url}/admin/skills").status_code == 200
        assert http.get(f"{url}/ready").status_code in {200, 503}
