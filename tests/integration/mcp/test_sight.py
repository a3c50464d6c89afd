"""Skills that are restricted to groups: for everybody else a registry with them is one that never had them.

Every method is asked, in both eras, on the fast path and on the SDK's server.
"""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callers import in_groups
from catalog_builders import TENANT
from fakes.shelf import Shelf, a_folder
from integration.mcp.asking_everything import TOLD_LATER, WITHOUT_SKILLS, about, at_large
from integration.mcp.fast_and_sdk import MODERN, AtOnce, Both, a_request, joined, post
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills_server.library import Library
from mcpskills_server.mcp import server
from mcpskills_server.mcp.notify import Notifications
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.mcp.sessions.book import SessionBook
from mcpskills_server.mcp.sessions.wishes import Wishes
from mcpskills_server.mcp.tools.table import TOOLS
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from registry import Registry

NAMES = ("pay", "payroll", "payroll-export", "pdf-form", "pdf-forms", "tax-forms", "zebra")
WORDS = ("salaries", "salary", "forms", "invoices", "zebras")
TAGS = ("finance", "office", "secret")
VERSIONS = (MODERN, "2025-11-25")

skills = st.dictionaries(
    st.sampled_from(NAMES),
    st.tuples(
        st.sets(st.sampled_from(WORDS), min_size=1, max_size=2),
        st.sets(st.sampled_from(TAGS), max_size=2),
        st.sets(st.sampled_from(("finance", "legal", "nobody"))),
    ),
)


def told(method: str, params: dict[str, Any], answer: Any) -> Any:
    """What a caller makes of an answer. Of the order of hits, words in hidden skills may change something, see docs/mcp.md."""
    said = json.loads(answer.content) if answer.content else None
    ranked = params.get("name") == "search_skills" and "query" in params.get("arguments", {})
    if ranked and "result" in said and "structuredContent" in said["result"]:
        found = said["result"]["structuredContent"]
        found["skills"] = sorted(found["skills"], key=lambda hit: hit["name"])
        if found["skills"]:
            said["result"]["content"] = []
    return method, params, answer.status_code, said


async def everything(both: Both, groups: tuple[str, ...], names: tuple[str, ...]) -> list[Any]:
    asked = [*at_large({"words": WORDS, "tags": TAGS}), *(each for name in names for each in about(name))]
    return [
        told(method, params, await post(app, a_request(method, version, headers=in_groups(*groups), **params)))
        for method, params in asked
        for version in VERSIONS
        for app in (both.behind, both.fast, AtOnce(both.fast))
    ]


def without_copies(answers: list[Any]) -> list[Any]:
    """One answer of three: the SDK's server, the fast path, and the fast path again say the same."""
    for at in range(0, len(answers), 3):
        assert answers[at] == answers[at + 1] == answers[at + 2]
    return answers[::3]


async def seen_of(folders: Any, restricted: Any, groups: tuple[str, ...], names: tuple[str, ...]) -> list[Any]:
    """Everything that a registry of these skills says, by a replica that has just started."""
    shelf = Shelf()
    shelf.put(folders, restricted, 42)
    async with joined(shelf) as both:
        return without_copies(await everything(both, groups, names))


def assert_hidden_as_if_never_there(examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(registry=skills, groups=st.sets(st.sampled_from(("finance", "legal"))), asked=st.sampled_from(NAMES))
    def ask(registry: Any, groups: set[str], asked: str) -> None:
        folders = {n: a_folder(n, " ".join(sorted(w)), ", ".join(sorted(t))) for n, (w, t, _) in registry.items()}
        limits = {name: frozenset(only) for name, (_, _, only) in registry.items() if only}
        hidden = {name for name, only in limits.items() if not only & groups}
        kept = {name: only for name, only in limits.items() if name not in hidden}
        never = [folder for name, folder in folders.items() if name not in hidden]

        as_seen = asyncio.run(seen_of(folders.values(), limits, tuple(groups), (asked,)))

        assert as_seen == asyncio.run(seen_of(never, kept, tuple(groups), (asked,)))

    ask()


def test_what_is_hidden_is_as_if_it_had_never_been_there():
    assert_hidden_as_if_never_there(examples=6)


@pytest.mark.nightly
def test_what_is_hidden_is_as_if_it_had_never_been_there_in_many_registries():
    assert_hidden_as_if_never_there(examples=60)


@pytest.fixture
def finance(registry: Registry) -> Registry:
    """One skill for everybody, one for a group."""
    registry.publish_folder(a_folder("pdf-forms", "forms", "office"))
    registry.publish_folder(a_folder("payroll", "salaries", "secret"))
    registry.restrict("payroll", "finance")
    return registry


@pytest.mark.anyio
async def test_who_is_in_the_group_is_given_the_skill_by_every_method(finance: Registry):
    async with joined(finance) as both:
        found = [
            (method, params)
            for method, params in [*at_large({"words": ["salaries"], "tags": ["secret"]}), *about("payroll")]
            for version in VERSIONS
            if b"payroll" in (await _good(both, method, params, version, "finance"))
        ]

    methods = {method for method, _ in found}
    tools = {params["name"] for method, params in found if method == "tools/call"}
    assert methods == {method for method, _ in about("payroll")}
    assert tools == {tool.name for tool in TOOLS}


async def _good(both: Both, method: str, params: dict[str, Any], version: str, *groups: str) -> bytes:
    answer = await post(both.fast, a_request(method, version, headers=in_groups(*groups), **params))
    said = json.loads(answer.content)
    return b"" if "error" in said or said["result"].get("isError") else answer.content


@pytest.mark.anyio
async def test_what_one_caller_is_given_another_never_gets_from_memory(finance: Registry):
    request = ("resources/read", {"uri": "skill://payroll/SKILL.md"})
    async with joined(finance) as both:
        for _ in range(3):
            assert await _good(both, *request, MODERN, "finance")
            assert await _good(both, *request, MODERN, "legal") == b""


@pytest.mark.anyio
async def test_an_answer_about_a_restricted_skill_may_not_be_shared(finance: Registry):
    async with joined(finance) as both:
        for uri, scope in (
            ("skill://payroll", "private"),
            ("skill://v1/payroll", "private"),
            ("skill://pdf-forms", "public"),
        ):
            for method in ("resources/read", "skills/get"):
                answer = await _good(both, method, {"uri": f"{uri}/SKILL.md"}, MODERN, "finance")
                assert json.loads(answer)["result"]["cacheScope"] == scope
            listed = await _good(both, "resources/directory/read", {"uri": uri}, MODERN, "finance")
            assert json.loads(listed)["result"]["cacheScope"] == scope


@pytest.mark.anyio
async def test_closing_and_opening_a_skill_counts_from_the_next_answer_on(finance: Registry):
    request = ("prompts/get", {"name": "payroll"})
    async with joined(finance) as both:
        seen = []
        for groups in (["legal"], [], ["finance"]):
            finance.restrict("payroll", *groups)
            await both.replica.refresh()
            seen.append([bool(await _good(both, *request, version, "legal")) for version in VERSIONS for _ in range(2)])

    assert seen == [[True] * 4, [True] * 4, [False] * 4]


def test_every_method_and_tool_is_asked(registry: Registry):
    replica, library = Replica(registry.source, 1), Library(registry.source, 0)
    book = SessionBook(Shared(InProcessSessions(), registry.signals, TENANT))
    methods = server.build(replica, library, Notifications(), ServerSettings(), Wishes(book))._request_handlers
    asked = [*at_large({"words": WORDS, "tags": TAGS}), *about("payroll")]

    assert {method for method, _ in asked} == set(methods) - WITHOUT_SKILLS - TOLD_LATER
    assert {params["name"] for method, params in asked if method == "tools/call"} == {tool.name for tool in TOOLS}
