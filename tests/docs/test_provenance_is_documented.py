"""docs/provenance.md names every field that is signed, and what it tells to type works."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import skill_folder
from catalog_builders import a_version
from git_fixtures import bare, clone, tree_of
from mcpskills import package, provenance
from mcpskills.adapters import cyclonedx
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.provenance import PAYLOAD_TYPE, SignatureState
from provenance_builders import a_provenance

PAGE = (Path(__file__).parents[2] / "docs" / "provenance.md").read_text()
WHOLE = {"evaluation"}
"""Objects that one row tells of."""


def names(value: dict[str, Any], above: str = "") -> list[str]:
    """The paths of all fields of a statement's predicate."""
    found: list[str] = []
    for key, inner in value.items():
        at = f"{above}{key}"
        found += names(inner, f"{at}.") if isinstance(inner, dict) and at not in WHOLE else [at]
    return found


def table(heading: str) -> list[str]:
    """The names in the first column of the first table below a heading."""
    below = PAGE.split(f"\n## {heading}\n")[1].split("\n| --- ")[1].split("\n\n")[0]
    return [name for row in below.splitlines()[1:] for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


def commands(containing: str) -> str:
    return next(block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if containing in block)


def run(script: str, at: Path) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-eu", "-c", script], cwd=at, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_field_that_is_signed_has_its_row():
    signed = json.loads(provenance.statement(a_provenance()))["predicate"]

    assert sorted(table("What is signed")) == sorted(names(signed))


def test_every_state_of_a_commits_signature_has_its_row():
    assert table("The commit's signature") == [
        SignatureState.NONE,
        SignatureState.VERIFIED,
        SignatureState.UNKNOWN_SIGNER,
        SignatureState.INVALID,
        SignatureState.UNCHECKED,
    ]
    assert len(table("The commit's signature")) == len(SignatureState)


def test_every_property_of_a_bill_of_materials_has_its_row():
    written = (Path(cyclonedx.__file__)).read_text()

    assert sorted(table("The bill of materials")) == sorted(
        f"{cyclonedx.PREFIX}{name}" for name in re.findall(r"\{PREFIX\}(\w+)", written)
    )


@pytest.fixture
def at(tmp_path: Path) -> Path:
    """A folder with an envelope, the public key, and a clone of the registry repository in `registry`."""
    work = clone(bare(tmp_path / "origin.git"), tmp_path / "registry")
    folder = skill_folder(files={"scripts/fill.py": "print('done')\n"})
    commit = work.publish(folder)
    version = a_version()
    origin = replace(version.origin, commit=commit, tree=tree_of(work.path, commit, folder.path))
    stated = a_provenance(replace(version, digest=package.build(folder).digest, origin=origin))
    envelope = FileKey.open(tmp_path / "signing.pem").sign(provenance.statement(stated), PAYLOAD_TYPE)
    (tmp_path / "envelope.json").write_text(envelope)
    return tmp_path


def test_the_commands_of_the_page_verify_an_envelope(at: Path):
    assert "Signature Verified Successfully" in run(commands("pkeyutl"), at)


def test_the_commands_of_the_page_find_that_the_statement_was_changed(at: Path):
    changed = commands("pkeyutl").replace("> statement.json\n", "| sed s/grace/mallory/ > statement.json\n", 1)

    with pytest.raises(AssertionError, match="Signature Verification Failure"):
        run(changed, at)


def test_the_commands_of_the_page_build_the_package_again(at: Path):
    run(commands("pkeyutl"), at)

    built, signed = run(commands("mcpskills pack"), at).split()

    assert built == signed
