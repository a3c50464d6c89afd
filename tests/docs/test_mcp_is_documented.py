"""Every method and tool has its heading in docs/mcp.md with all of its arguments, and every heading its method or tool."""

import re
from pathlib import Path

import pytest

from catalog_builders import TENANT
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills_server.library import Library
from mcpskills_server.mcp import caching, media_types, provenance, resources, server
from mcpskills_server.mcp.notify import Notifications
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.mcp.sessions.book import SessionBook
from mcpskills_server.mcp.sessions.wishes import Wishes
from mcpskills_server.mcp.tools import excerpt, read_skill_file
from mcpskills_server.mcp.tools.table import TOOLS
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from registry import opened

PAGE = (Path(__file__).parents[2] / "docs" / "mcp.md").read_text()


@pytest.fixture
def served(tmp_path):
    with opened(tmp_path) as registry:
        replica, library = Replica(registry.source, 1), Library(registry.source, 0)
        book = SessionBook(Shared(InProcessSessions(), registry.signals, TENANT))
        yield server.build(replica, library, Notifications(), ServerSettings(), Wishes(book))


def section(title, level="##"):
    """The text below a heading, up to the next one of its level."""
    found = re.search(rf"^{level} {re.escape(title)}\n(.*?)(?=^{level} |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found[1].split("\n## ")[0] if found else ""


def headings(text):
    return re.findall(r"^### `([^`]+)`$", text, re.MULTILINE)


def rows(text):
    """The names in the first cells of the tables."""
    return [
        name for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    ]


def test_methods_and_their_headings_are_the_same(served):
    assert sorted(headings(section("Methods"))) == sorted(served._request_handlers)


def test_tools_and_their_headings_are_the_same():
    assert headings(section("Tools")) == [tool.name for tool in TOOLS]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_the_tables_of_a_tool_have_its_arguments_and_then_its_answer(tool):
    documented = rows(section(f"`{tool.name}`", "###"))
    arguments = list(tool.arguments.model_fields)

    assert documented[: len(arguments)] == arguments
    assert sorted(documented[len(arguments) :]) == sorted(tool.structure.model_fields)


def test_the_keys_of_meta_are_those_that_answers_carry(tmp_path):
    with opened(tmp_path) as registry:
        version = registry.publish()

    assert rows(section("Where an answer comes from")) == list(provenance.vouched(version, "{}"))


def test_the_templates_are_those_that_are_listed():
    text = section("`resources/templates/list`", "###")

    assert re.findall(r"`(skill://[^`]+)`", text) == [resources.LIVE_TEMPLATE, resources.PINNED_TEMPLATE]


def test_the_limits_are_those_of_the_code():
    caches = section("Caching")

    assert [f"| {hint.ttl_ms:,} |" in caches for hint in (caching.LIVE, caching.PINNED, caching.FIXED)] == [True] * 3
    assert f"{excerpt.RESULT_BYTES:,} bytes of JSON" in section("Tools")
    assert f"up to {read_skill_file.BLOB_BYTES:,} bytes" in section("Tools")
    assert media_types.of_path("a.mp3") in read_skill_file.AUDIO_TYPES
