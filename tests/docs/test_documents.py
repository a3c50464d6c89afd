"""Documents say what is: commands and events have their headings, links lead somewhere, what they tell to type works."""

import re
from pathlib import Path
from typing import get_args

import pytest

from mcpskills.cli.main import COMMANDS
from mcpskills.events import Event

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "registry-repo-template").rglob("*.md")]
)


def headings(document: str, pattern: str) -> list[str]:
    return re.findall(rf"^### `{pattern}`$", (ROOT / "docs" / document).read_text(), re.MULTILINE)


def test_every_command_has_its_heading_and_every_heading_its_command():
    assert sorted(headings("cli.md", r"mcpskills ([\w-]+)")) == sorted(COMMANDS)


def test_every_event_has_its_heading_and_every_heading_its_event():
    assert sorted(headings("architecture.md", r"(\w+)")) == sorted(event.__name__ for event in get_args(Event))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(document):
    targets = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", document.read_text())

    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_documents_exist(document):
    named = re.findall(r"(?:^|`|/)mcpskills ([a-z][\w-]*)", document.read_text(), re.MULTILINE)

    assert [command for command in named if command not in COMMANDS] == []
    targets = re.findall(r"`make ([a-z]+)", document.read_text())
    assert [target for target in targets if f"\n{target}:" not in (ROOT / "Makefile").read_text()] == []
