"""What digests of API keys are made with: said by the settings, or made once on one machine and kept from others."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mcpskills.adapters import backends
from mcpskills.api_key import WholeKey
from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.settings import PEPPER, Settings

KEY = WholeKey.make("acme")
SAID, EARLIER = "1" * 32, "2" * 32


@pytest.fixture(autouse=True)
def unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other stories have one pepper in common."""
    monkeypatch.delenv("MCPSKILLS_KEY_PEPPER", raising=False)


def test_one_machine_makes_a_pepper_at_its_first_use_and_uses_it_from_then_on(tmp_path: Path):
    first = backends.peppers(Settings(data=tmp_path))

    assert backends.peppers(Settings(data=tmp_path)) == first
    assert stat.S_IMODE((tmp_path / PEPPER).stat().st_mode) == 0o600
    assert backends.peppers(Settings(data=tmp_path / "other")) != first


def test_processes_that_make_one_at_once_have_the_same(tmp_path: Path):
    with ThreadPoolExecutor(8) as threads:
        made = [*threads.map(lambda _: backends.peppers(Settings(data=tmp_path)).present, range(8))]

    assert len(set(made)) == 1


def test_what_the_settings_say_wins_and_the_earlier_one_is_still_known(tmp_path: Path):
    digest = backends.peppers(Settings(data=tmp_path, key_pepper=EARLIER)).digest(KEY)

    both = backends.peppers(Settings(data=tmp_path, key_pepper=SAID, key_pepper_earlier=EARLIER))

    assert both.match(KEY, digest)
    assert both.digest(KEY) != digest
    assert not (tmp_path / PEPPER).exists()


def test_a_fleet_must_be_told_its_pepper(tmp_path: Path):
    with pytest.raises(InvalidInputError, match="MCPSKILLS_KEY_PEPPER: expected the secret"):
        backends.peppers(Settings(data=tmp_path, storage="aws"))


@pytest.mark.parametrize("setting", ["key_pepper", "key_pepper_earlier"])
def test_a_pepper_that_could_be_guessed_is_refused_by_the_name_of_its_setting(tmp_path: Path, setting: str):
    with pytest.raises(InvalidInputError, match=f"MCPSKILLS_{setting.upper()}: .*, got 7") as caught:
        backends.peppers(Settings(data=tmp_path, **{setting: "hunter2"}))

    assert "hunter2" not in str(caught.value)


def test_a_pepper_that_others_may_read_is_refused(tmp_path: Path):
    backends.peppers(Settings(data=tmp_path))
    (tmp_path / PEPPER).chmod(0o640)
    backends.peppers(Settings(data=tmp_path))
    (tmp_path / PEPPER).chmod(0o644)

    with pytest.raises(InvalidInputError, match="has the mode 0644, open to others"):
        backends.peppers(Settings(data=tmp_path))


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 64])
def test_a_file_that_holds_no_pepper_is_left_as_it_is(tmp_path: Path, content: bytes):
    (tmp_path / "keys").mkdir()
    (tmp_path / PEPPER).touch(mode=0o600)
    (tmp_path / PEPPER).write_bytes(content)

    with pytest.raises(InvalidInputError, match="Put back the file that it was"):
        backends.peppers(Settings(data=tmp_path))

    assert (tmp_path / PEPPER).read_bytes() == content


def test_a_folder_where_none_can_be_made_is_told(tmp_path: Path):
    (tmp_path / "keys").write_text("")

    with pytest.raises(UnavailableError, match="can be neither read nor made"):
        backends.peppers(Settings(data=tmp_path))
