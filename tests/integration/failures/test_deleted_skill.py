"""A skill is deleted from Git: it is gone from every listing, from its pinned addresses and from search."""

import asyncio
from collections.abc import Iterator

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from publisher_scene import Scene
from served_registry import found, listed, read, resources, served

LIVE, PINNED = "skill://pdf-forms/SKILL.md", "skill://v1/pdf-forms/SKILL.md"
QUERY = "complete a form"


@pytest.fixture
def server(registry: Scene) -> Iterator[str]:
    registry.work.publish(skill_folder(), skill_folder("apple-pie", description="Bakes a pie. Use when hungry."))
    registry.reconcile()
    with served(registry) as url:
        yield url


def test_a_deleted_skill_is_gone_everywhere(registry: Scene, server: str):
    async def seen() -> tuple[str | None, str | None, bool, bool]:
        known = [uri for uri in await resources(server) if "pdf-forms" in uri]
        return (
            await read(server, LIVE),
            await read(server, PINNED),
            bool(known),
            "pdf-forms" in await found(server, QUERY),
        )

    assert listed(server) == ["apple-pie", "pdf-forms"]
    live, pinned, *places = asyncio.run(seen())
    assert (live, places) == (pinned, [True, True])
    assert live.endswith("2. Fill them in.\n")

    registry.work.delete("skills/pdf-forms")
    registry.work.push()
    registry.reconcile()

    assert listed(server) == ["apple-pie"]
    assert asyncio.run(seen()) == (None, None, False, False)
    assert registry.live() == {"apple-pie": 1}


def test_its_numbers_stay_taken_when_it_comes_back(registry: Scene, server: str):
    registry.work.delete("skills/pdf-forms")
    registry.work.push()
    registry.reconcile()
    registry.work.publish(skill_folder(body="Back.\n"))

    registry.reconcile()

    assert [version.number for version in registry.catalog.versions(TENANT, "pdf-forms")] == [2, 1]
    assert listed(server) == ["apple-pie", "pdf-forms"]
    assert asyncio.run(read(server, LIVE)).endswith("Back.\n")
