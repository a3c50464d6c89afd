"""Builders of what the fast path leaves for the recorder. A test names only what its story is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter

from builders import a_skill
from catalog_builders import a_version
from mcpskills.adapters.checkpointing import wire
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.snapshot import ServedSkill, Skills, build
from mcpskills_server.mcp.fast.asked import Asked, Heads
from mcpskills_server.recording.taken import Swift
from mcpskills_server.replica import View


def a_view(generation: int = 1, skills: Sequence[ServedSkill] = ()) -> View:
    return View(build("default", generation, datetime.now(UTC), Skills(skills)), SearchIndex.of(()))


def served(numbers: Mapping[str, int]) -> Sequence[ServedSkill]:
    """Skills with the numbers of their live versions."""
    return [ServedSkill(a_skill(name), a_version(number, name=name), b"") for name, number in numbers.items()]


def packed(numbers: Mapping[str, int], *, restricted: Sequence[str] = ()) -> View:
    """Of a checkpoint with such skills."""
    groups = {name: frozenset({"finance"}) for name in restricted}
    whole = build("default", 1, datetime.now(UTC), Skills(served(numbers)), restricted=groups)
    snapshot, _ = wire.decode(wire.encode(whole), "default", 1, datetime.now(UTC))
    return View(snapshot, SearchIndex.of(()))


def loaded(view: View, name: str, *, who: str = "key:one", seconds: float = 250e-6) -> Swift:
    """A call of `load_skill` that the fast path has answered."""
    heads = Heads(version="2026-07-28", method="tools/call", name="load_skill", session=None, agent=b"a client/1.0")
    arguments = f'{{"name":"{name}"}}'.encode()
    asked = Asked(heads.version, "tools/call", b"7", name="load_skill", uri=None, cursor=None, arguments=arguments)
    return perf_counter(), seconds, heads, ("192.0.2.1", 1), who, asked, view, view.snapshot.skills.entry(name)
