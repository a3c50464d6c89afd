"""Every method and every tool, asked about names that may be there or not: what a caller can find out of a registry."""

from collections.abc import Iterator, Mapping
from typing import Any

from mcpskills_server.mcp import paging

Asked = tuple[str, dict[str, Any]]

LIVE = {"type": "ref/resource", "uri": "skill://{name}/{+path}"}
PINNED = {"type": "ref/resource", "uri": "skill://v{version}/{name}/{+path}"}

WITHOUT_SKILLS = {"ping", "initialize", "server/discover", "tools/list", "resources/templates/list", "logging/setLevel"}
"""Methods whose answers are about no skill."""

TOLD_LATER = {"resources/subscribe", "resources/unsubscribe", "subscriptions/listen"}
"""Methods that only lead to notifications: see `test_sight_of_changes.py`."""


def about(name: str) -> Iterator[Asked]:
    """Everything that can be asked about one name."""
    for pin in ("", "v1/", "v2/"):
        for path in ("SKILL.md", "more.md", "_manifest", "nothing.md"):
            yield "resources/read", {"uri": f"skill://{pin}{name}/{path}"}
        yield "skills/get", {"uri": f"skill://{pin}{name}/SKILL.md"}
        for path in ("", "/", "/SKILL.md", "/nothing"):
            yield "resources/directory/read", {"uri": f"skill://{pin}{name}{path}"}
    yield "prompts/get", {"name": name}
    yield "prompts/get", {"name": name, "arguments": {"arguments": "x"}}
    yield "completion/complete", {"ref": {"type": "ref/prompt", "name": name}, "argument": {"name": "a", "value": ""}}
    for argument in ("path", "version"):
        context = {"arguments": {"name": name}}
        yield "completion/complete", {"ref": PINNED, "argument": {"name": argument, "value": ""}, "context": context}
    for after, method in (("skills", "skills/list"), ("resources", "resources/list"), ("prompts", "prompts/list")):
        yield method, {"cursor": paging.after(name, after)}
    for given in ({"name": name}, {"name": f"{name}x"}, {"name": name[:-1] or "x"}, {"name": name, "version": 1}):
        yield "tools/call", {"name": "load_skill", "arguments": given}
        yield "tools/call", {"name": "read_skill_file", "arguments": {**given, "path": "more.md"}}
    yield "tools/call", {"name": "search_skills", "arguments": {"cursor": paging.after(name, "search")}}
    for query in (name, name[: len(name) // 2], f"{name}x"):
        yield "tools/call", {"name": "search_skills", "arguments": {"query": query, "limit": 50}}


def at_large(words: Mapping[str, Any]) -> Iterator[Asked]:
    """What can be asked without a name, with some `words` and `tags`."""
    for method in ("skills/list", "resources/list", "prompts/list"):
        yield method, {}
    for value in ("", "p", "pa", "z"):
        yield "completion/complete", {"ref": LIVE, "argument": {"name": "name", "value": value}}
    yield "tools/call", {"name": "search_skills", "arguments": {}}
    yield "tools/call", {"name": "search_skills", "arguments": {"limit": 2, "fields": ["tags", "files", "version"]}}
    for word in words["words"]:
        for query in (word, word[:4], f"{word[:-1]}q"):
            yield "tools/call", {"name": "search_skills", "arguments": {"query": query, "limit": 50}}
    for tag in words["tags"]:
        for tags in ([tag], [tag, "nothing"], [f"{tag}x"]):
            yield "tools/call", {"name": "search_skills", "arguments": {"tags": tags, "limit": 50}}
            yield "tools/call", {"name": "search_skills", "arguments": {"tags": tags, "query": "zzz", "limit": 50}}
