"""`mcpskills verify`: against a running server, with a key and a clone that its user trusts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from admin_service import Service
from builders import script, skill_folder
from catalog_builders import TENANT, lease_of
from command_line import mcpskills
from git_fixtures import clone, git
from mcpskills.adapters.signing.file_key import FileKey, public_path
from mcpskills.ports import Publication
from mcpskills.settings import SIGNING_KEY
from mcpskills.version import Version
from provenance_builders import signed

FOLDER = skill_folder(files={"scripts/fill.py": script("print('done')\n"), "assets/form.bin": b"\x00\xff"})


@pytest.fixture
def published(service: Service) -> Service:
    service.publish(FOLDER)
    return service


def verify(service: Service, *arguments: str, data: bool = True) -> tuple[int, str, str]:
    where = ("--data", str(service.root)) if data else ()
    return mcpskills("verify", *arguments, *where, url=service.url)


def put(service: Service, version: Version) -> None:
    """Into the catalog, as whoever can write to it."""
    expected = service.catalog.published(TENANT).skills.get(version.skill)
    service.catalog.publish(lease_of(service.catalog), Publication(version, expected))


def test_the_live_version_is_verified_with_the_key_and_the_repository_of_the_machine(published: Service):
    code, out, _ = verify(published, "pdf-forms")

    version = published.catalog.version(TENANT, "pdf-forms", 1)
    assert code == 0
    assert "pdf-forms version 1 is what open-mcp-skills published, and Git gives the same." in out
    assert version.digest in out
    assert f"Tenant            {TENANT}" in out
    assert f"{version.origin.commit} by Ada Author" in out
    assert "verified grace@example.org (SHA256:abc)" in out


def test_an_older_version_is_verified_after_git_has_moved_on(published: Service):
    published.publish(skill_folder(body="Another way.\n"))

    code, out, _ = verify(published, "pdf-forms@1", "--json")

    assert code == 0
    assert json.loads(out)["digest"] == published.catalog.version(TENANT, "pdf-forms", 1).digest


def test_a_clone_and_a_key_elsewhere_are_enough(published: Service, tmp_path: Path):
    work = clone(published.origin, tmp_path / "auditor" / "registry")
    key = tmp_path / "auditor" / "publisher.pub.pem"
    key.write_bytes(public_path(published.root / SIGNING_KEY).read_bytes())

    code, _, err = verify(published, "pdf-forms", "--repository", str(work.path), "--key", str(key), data=False)

    assert (code, err) == (0, "")


def test_a_frontmatter_that_was_rewritten_is_built_the_same_way(service: Service):
    work = service.work
    work.publish(skill_folder(extra="metadata:\n  rank: 1\n"))
    _, packed, _ = mcpskills("pack", str(work.path / FOLDER.path), "--output", str(service.root / "x.zip"), "--json")
    assert json.loads(packed)["rewritten"]
    service.publish(FOLDER)
    first = service.catalog.version(TENANT, "pdf-forms", 1)
    commit = git(work.path, "rev-parse", "HEAD~1")
    tree = git(work.path, "rev-parse", f"{commit}:skills/pdf-forms")
    origin = replace(first.origin, commit=commit, tree=tree)
    version = replace(first, number=2, digest=json.loads(packed)["digest"], rewritten=True, origin=origin)
    put(service, signed(version, service.registry.key))

    code, _, err = verify(service, "pdf-forms@2")

    assert (code, err) == (0, "")


def test_another_key_than_the_trusted_one_fails_with_both_names(published: Service, tmp_path: Path):
    other = FileKey.open(tmp_path / "other.pem")

    code, _, err = verify(published, "pdf-forms", "--key", str(tmp_path / "other.pub.pem"))

    assert code == 1
    assert other.key_id in err
    assert published.registry.key.key_id in err


def test_a_package_that_git_does_not_give_fails(published: Service):
    first = published.catalog.version(TENANT, "pdf-forms", 1)
    put(published, signed(replace(first, number=2, digest="sha256:" + "0" * 64), published.registry.key))

    code, _, err = verify(published, "pdf-forms@2")

    assert code == 1
    assert f"gives the package {first.digest}, but sha256:0000" in err


def test_a_version_that_does_not_come_from_its_commit_fails(published: Service):
    first = published.catalog.version(TENANT, "pdf-forms", 1)
    origin = replace(first.origin, tree="f" * 40)
    forged = replace(first, number=2, digest="sha256:" + "0" * 64, origin=origin)
    put(published, signed(forged, published.registry.key))

    code, _, err = verify(published, "pdf-forms@2")

    assert code == 1
    assert f"has the tree {first.origin.tree} at `skills/pdf-forms`, not the tree ffff" in err


def test_a_version_that_was_signed_for_another_tenant_fails(published: Service):
    key = public_path(published.root / SIGNING_KEY)
    code, out, err = verify(published, "pdf-forms", "--tenant", "acme", "--key", str(key))

    assert (code, out) == (1, "")
    assert f"signed for the tenant `{TENANT}`, not for `acme`" in err


def test_a_clone_that_lacks_the_commit_fails_with_what_to_do(published: Service, tmp_path: Path):
    stale = clone(published.origin, tmp_path / "stale")
    published.publish(skill_folder(body="Another way.\n"))

    code, _, err = verify(published, "pdf-forms@2", "--repository", str(stale.path))

    assert code == 1
    assert "up to date clone" in err


def test_a_folder_that_is_no_repository_fails(published: Service, tmp_path: Path):
    code, _, err = verify(published, "pdf-forms", "--repository", str(tmp_path))

    assert code == 1
    assert "--repository" in err


def test_a_machine_without_a_key_says_where_it_looked(published: Service, tmp_path: Path):
    code, _, err = mcpskills("verify", "pdf-forms", "--data", str(tmp_path / "nothing"), url=published.url)

    assert code == 1
    assert "nothing/keys/signing.pub.pem cannot be read" in err


@pytest.mark.parametrize(("decision", "code"), [("yank", 0), ("revoke", 1)])
def test_what_was_decided_against_a_version_is_shown_and_a_revoked_one_fails(published: Service, decision, code):
    published.http.post(f"/admin/skills/pdf-forms/versions/1/{decision}", json={"reason": "It sends invoices."})

    done, out, err = verify(published, "pdf-forms@1")

    row = next(line for line in out.splitlines() if line.startswith("Standing"))
    assert done == code
    assert row.rstrip().endswith("ed: It sends invoices.")
    assert ("but it was revoked: It sends invoices." in err) == bool(code)


@pytest.mark.parametrize(("skill", "said"), [("pdf-forms@7", "no version 7"), ("pdf-farms", "pdf-farms")])
def test_a_version_that_is_not_there_fails(published: Service, skill: str, said: str):
    code, _, err = verify(published, skill)

    assert code == 1
    assert said in err


def test_a_skill_without_a_live_version_asks_for_a_number(published: Service):
    published.http.delete("/admin/skills/pdf-forms", params={"reason": "Too slow."})

    code, _, err = verify(published, "pdf-forms")

    assert code == 1
    assert "NAME@N" in err


@pytest.mark.parametrize("skill", ["pdf-forms@", "pdf-forms@0", "@1", "pdf-forms@1.0", "pdf-forms@one"])
def test_what_is_no_name_and_number_is_wrong_usage(published: Service, skill: str):
    assert verify(published, skill)[0] == 2
