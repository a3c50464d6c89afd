"""What the commands send of who they are: from the environment or a file, never an argument, and nothing that is no key."""

from pathlib import Path

import pytest

from command_line import mcpskills
from mcpskills.api_key import WholeKey

NOBODY = "http://127.0.0.1:9"


def test_a_key_that_is_not_whole_is_told_before_any_server_is_asked():
    cut = WholeKey.make("default").text[:-1]

    code, _, error = mcpskills("list", url=NOBODY, MCPSKILLS_API_KEY=cut)

    assert code == 1
    assert error.startswith("error: The API key in MCPSKILLS_API_KEY is not whole")
    assert cut not in error


def test_a_file_that_holds_no_key_is_told_by_its_name(tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("\n")

    code, _, error = mcpskills("list", url=NOBODY, MCPSKILLS_API_KEY_FILE=str(file))

    assert code == 1
    assert error.startswith(f"error: Expected an API key in the file {file} (MCPSKILLS_API_KEY_FILE)")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path, content: bytes | None):
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)

    code, _, error = mcpskills("list", url=NOBODY, MCPSKILLS_API_KEY_FILE=str(file))

    assert code == 1
    assert error.startswith(f"error: MCPSKILLS_API_KEY_FILE: the file {file} cannot be read")


@pytest.mark.parametrize("said", ["two words", "a\r\nHost: elsewhere", "schlüssel"])
def test_what_can_stand_in_no_header_is_not_sent(said: str):
    code, _, error = mcpskills("list", url=NOBODY, MCPSKILLS_API_KEY=said)

    assert code == 1
    assert error.startswith("error: Expected an API key in MCPSKILLS_API_KEY, found something that is none.")
    assert said not in error


def test_the_key_itself_wins_over_the_file(tmp_path: Path):
    said = {"MCPSKILLS_API_KEY": WholeKey.make("default").text, "MCPSKILLS_API_KEY_FILE": str(tmp_path / "missing")}

    code, _, error = mcpskills("list", url=NOBODY, **said)

    assert code == 1
    assert error.startswith(f"error: No server answers at {NOBODY}")
