"""docs/authentication.md has a row for every reason to refuse a token, and its examples are what the server says."""

import json
import re
from pathlib import Path

from mcpskills.outbound import Reach
from mcpskills_server.auth import protected_resource
from mcpskills_server.auth.tokens import compact, fetching, keyring
from mcpskills_server.auth.tokens.refused import Fault
from mcpskills_server.settings import ServerSettings

PAGE = (Path(__file__).parents[2] / "docs" / "authentication.md").read_text(encoding="utf-8")


def example(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def settings(monkeypatch):
    """Those of the page's example, as a shell would set them."""
    for name, value in re.findall(r"^(MCPSKILLS_\w+)=(.*)$", example("bash")[0], re.MULTILINE):
        monkeypatch.setenv(name, value.strip("'"))
    return ServerSettings.read()


def test_every_reason_has_its_row_and_every_row_its_reason():
    rows = re.findall(r"^\| `([\w-]+)` \| ", PAGE, re.MULTILINE)

    assert sorted(rows) == sorted(Fault)


def test_the_metadata_is_that_of_the_example_settings(monkeypatch):
    resource = protected_resource.resource(settings(monkeypatch))

    assert json.loads(example("json")[0]) == json.loads(resource.metadata())


def test_the_limits_are_those_of_the_code():
    assert f"more than {compact.MOST_CHARACTERS:,} characters" in PAGE
    assert f"{fetching.SECONDS:g} seconds and {fetching.MOST_BYTES // 1024} KiB" in PAGE
    assert (keyring.FRESH_SECONDS, keyring.PAUSE_SECONDS, keyring.KEPT_SECONDS) == (600, 60, 86400)
    assert Reach() == Reach(loopback=False, private=False)


def test_the_paths_of_the_metadata_are_named():
    assert [f"`GET {path}`" in PAGE or f"`{path}`" in PAGE for path in protected_resource.PATHS] == [True, True]
