"""Secrets in files, against who has the data directory and no key, and who has lost the key."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from catalog_builders import NOON
from mcpskills.adapters import backends
from mcpskills.adapters.secret_files import FileSecrets
from mcpskills.errors import CorruptedError, InvalidInputError, UnavailableError
from mcpskills.secret import MOST, DamagedSecret, NewValue
from mcpskills.settings import Settings

VALUE = NewValue("s3cret", "ada", NOON)


def secrets_at(root: Path, tenant: str = "acme") -> FileSecrets:
    """Both tenants with one key, so that only what is bound to a value keeps them apart."""
    return FileSecrets(root / "data" / tenant, root / "keys" / "a.key", tenant)


@pytest.fixture
def secrets(tmp_path: Path) -> FileSecrets:
    kept = secrets_at(tmp_path)
    for name in ("API_KEY", "OTHER"):
        kept.put(name, VALUE)
    kept.grant("API_KEY", frozenset({"pdf-forms"}))
    return kept


def test_who_can_write_the_files_can_neither_read_nor_redirect_a_secret(secrets: FileSecrets, tmp_path: Path):
    folder = tmp_path / "data" / "acme"
    file, other = folder / "API_KEY.json", folder / "OTHER.json"
    granted = json.loads(file.read_text())
    granted["known"] = granted["known"].replace("pdf-forms", "evil-skill")
    elsewhere = tmp_path / "data" / "globex"
    elsewhere.mkdir()
    shutil.copy(file, elsewhere / file.name)

    assert not any(b"s3cret" in path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    with pytest.raises(CorruptedError):
        secrets_at(tmp_path, "globex").value("API_KEY", "pdf-forms")
    shutil.copy(file, other)
    with pytest.raises(CorruptedError):
        secrets.value("OTHER", "pdf-forms")
    file.write_text(json.dumps(granted))
    with pytest.raises(CorruptedError):
        secrets.value("API_KEY", "evil-skill")


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"known": "{}", "sealed": "AAAA"}', b'{"known": 1, "sealed": 2}']
)
def test_a_damaged_file_concerns_its_secret(secrets: FileSecrets, tmp_path: Path, content: bytes):
    (tmp_path / "data" / "acme" / "OTHER.json").write_bytes(content)

    with pytest.raises(CorruptedError, match="OTHER cannot be opened"):
        secrets.find("OTHER")
    assert list(secrets.known()) == [secrets.find("API_KEY"), DamagedSecret("OTHER")]
    assert secrets.value("API_KEY", "pdf-forms") == "s3cret"


def test_files_and_key_are_their_owners_alone(secrets: FileSecrets, tmp_path: Path):
    assert secrets.find("OTHER")

    files = [path for path in tmp_path.rglob("*") if path.suffix in {".json", ".key"}]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert len(files) == 3


def test_a_key_that_is_gone_is_to_be_put_back_and_none_is_made_in_its_place(secrets: FileSecrets, tmp_path: Path):
    key = tmp_path / "keys" / "a.key"
    kept = key.read_bytes()
    key.unlink()

    for asked in (
        lambda: secrets.find("API_KEY"),
        lambda: secrets.put("NEW", VALUE),
        lambda: secrets.put("OTHER", VALUE),
    ):
        with pytest.raises(UnavailableError, match="put it back"):
            asked()
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    assert secrets.value("API_KEY", "pdf-forms") == "s3cret"


def test_a_key_that_others_may_read_is_refused(secrets: FileSecrets, tmp_path: Path):
    (tmp_path / "keys" / "a.key").chmod(0o644)

    with pytest.raises(InvalidInputError, match="open to others"):
        secrets.find("API_KEY")


def test_so_many_secrets_are_kept_and_no_more(tmp_path: Path):
    secrets = secrets_at(tmp_path)
    for number in range(MOST):
        secrets.put(f"S_{number}", VALUE)

    with pytest.raises(InvalidInputError, match="remove one"):
        secrets.put("ONE_MORE", VALUE)
    assert secrets.put("S_0", VALUE).version == 2


def test_keys_beside_what_they_open_are_refused(tmp_path: Path):
    with pytest.raises(InvalidInputError, match="MCPSKILLS_SECRETS_KEYS: expected a folder outside"):
        backends.secrets(Settings(data=tmp_path, secrets_keys=tmp_path / "keys"))

    backends.secrets(Settings(data=tmp_path / "data")).put("API_KEY", VALUE)
    assert (tmp_path / "data-keys" / "default.key").exists()
