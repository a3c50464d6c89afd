"""Where a registry repository stands, as an operator may write it."""

import pytest

from mcpskills.adapters.git.location import Location


@pytest.mark.parametrize(
    "text",
    [
        "https://git.example.org/team/skills.git",
        "http://127.0.0.1:8080/skills.git",
        "ssh://git@git.example.org/team/skills.git",
        "file:///srv/skills.git",
        "git@git.example.org:team/skills.git",
    ],
)
def test_urls_are_remote(text: str):
    assert Location(text).remote


@pytest.mark.parametrize("text", ["/srv/skills.git", "skills.git", "./a:b/skills.git", "~/skills", "a@b/skills.git"])
def test_paths_are_not_remote(text: str):
    assert not Location(text).remote


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://robot:s3cret@git.example.org/skills.git", "https://git.example.org/skills.git"),
        ("https://t0ken@git.example.org:8443/skills.git", "https://git.example.org:8443/skills.git"),
        ("https://a:p@ss@git.example.org/skills.git", "https://git.example.org/skills.git"),
        ("git@git.example.org:team/skills.git", "git@git.example.org:team/skills.git"),
        ("/srv/skills.git", "/srv/skills.git"),
    ],
)
def test_credentials_are_not_shown(text: str, shown: str):
    assert Location(text).shown == shown
