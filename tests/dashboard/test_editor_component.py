"""What the browser says about the files that are edited, which may be anything."""

import pytest

from mcpskills_dashboard.editor.component import Change, heard


def test_what_was_done_in_the_editor_is_heard() -> None:
    said = {"revision": "1", "current": "SKILL.md", "texts": {"SKILL.md": "---\n"}, "removed": ["old.py"]}

    assert heard(said) == Change("1", "SKILL.md", {"SKILL.md": "---\n"}, frozenset({"old.py"}))


@pytest.mark.parametrize(
    "said",
    [
        None,
        "SKILL.md",
        {},
        {"revision": 1, "current": "SKILL.md", "texts": {}, "removed": []},
        {"revision": "1", "current": "SKILL.md", "texts": ["SKILL.md"], "removed": []},
        {"revision": "1", "current": "SKILL.md", "texts": {"SKILL.md": 1}, "removed": []},
        {"revision": "1", "current": "SKILL.md", "texts": {}, "removed": [None]},
    ],
)
def test_what_no_editor_says_is_not_heard(said: object) -> None:
    assert heard(said) is None
