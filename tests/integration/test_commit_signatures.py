"""Signatures of commits, made by the real git and ssh-keygen: whose they are, and what was changed after they were made."""

import base64
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from git_fixtures import Clone, bare, clone, git
from mcpskills.adapters.git import signatures
from mcpskills.adapters.git.allowed_signers import AllowedSigners
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import InvalidInputError
from mcpskills.provenance import UNSIGNED, CommitSignature, SignatureState
from ssh_keys import SshKey, sign_commits, ssh_key

# scripts/test-packages.sh installs it, and fails in CI where it cannot.
pytestmark = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None and "CI" not in os.environ, reason="needs ssh-keygen, of openssh-client"
)

NOBODY = AllowedSigners()
NOW = datetime.now(UTC)


@pytest.fixture
def work(tmp_path: Path) -> Clone:
    return clone(bare(tmp_path / "registry.git"), tmp_path / "work")


@pytest.fixture
def key(tmp_path: Path) -> SshKey:
    return ssh_key(tmp_path / "grace")


def signed(work: Clone, key: SshKey, message: str = "Change skills") -> bytes:
    """The raw bytes of a commit signed with the key."""
    sign_commits(work, key)
    work.commit(message)
    return raw(work)


def raw(work: Clone) -> bytes:
    repository = GitRepository.open(str(work.path), work.path.parent / "mirrors")
    try:
        return repository.raw_commit(work.head)
    finally:
        repository.close()


def allowing(tmp_path: Path, *lines: str) -> AllowedSigners:
    (tmp_path / "allowed").write_text("# who may sign\n\n" + "\n".join(lines) + "\n")
    return AllowedSigners.read(tmp_path / "allowed")


def test_a_commit_without_a_signature_is_unsigned(work: Clone):
    work.commit()

    assert signatures.of(raw(work), NOW, NOBODY) == UNSIGNED


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_commit_by_an_allowed_signer_is_verified_with_the_signers_name(work: Clone, tmp_path: Path, kind: str):
    key = ssh_key(tmp_path / kind, kind)
    commit = signed(work, key, "Signed\n\ngpgsig of nothing\n\n gpgsig\n")

    found = signatures.of(commit, NOW, allowing(tmp_path, f"grace@example.org {key.public} a comment"))

    assert found == CommitSignature(SignatureState.VERIFIED, "ssh", key.fingerprint, "grace@example.org")


def test_git_itself_agrees(work: Clone, key: SshKey, tmp_path: Path):
    signed(work, key)
    allowing(tmp_path, f"grace@example.org {key.public}")
    git(work.path, "config", "gpg.ssh.allowedSignersFile", str(tmp_path / "allowed"))

    assert git(work.path, "log", "-1", "--format=%G? %GS %GK") == f"G grace@example.org {key.fingerprint}"


def test_a_signed_merge_is_verified(work: Clone, key: SshKey, tmp_path: Path):
    sign_commits(work, key)
    work.commit("first")
    git(work.path, "tag", "--annotate", "--message", "a tag", "side")
    git(work.path, "tag", "--force", "--sign", "--message", "a signed tag", "side", git_side(work))
    git(work.path, "merge", "--quiet", "--no-ff", "--no-edit", "side")

    found = signatures.of(raw(work), NOW, allowing(tmp_path, f"grace {key.public}"))

    assert b"mergetag object" in raw(work)
    assert found.state is SignatureState.VERIFIED


def git_side(work: Clone) -> str:
    """A commit beside the branch."""
    return git(work.path, "commit-tree", "-p", "HEAD", "-m", "beside", "HEAD^{tree}")


def test_a_commit_by_somebody_else_is_told_apart_from_an_unsigned_one(work: Clone, key: SshKey, tmp_path: Path):
    other = ssh_key(tmp_path / "other")
    commit = signed(work, key)

    found = signatures.of(commit, NOW, allowing(tmp_path, f"ada@example.org {other.public}"))

    assert found == CommitSignature(SignatureState.UNKNOWN_SIGNER, "ssh", key.fingerprint)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"Change skills", b"Change Skills"), (b"author Ada", b"author Eve"), (b"tree 4", b"tree 5")],
)
def test_a_commit_that_was_changed_after_it_was_signed_is_invalid(work: Clone, key: SshKey, tmp_path: Path, old, new):
    commit = signed(work, key)
    assert old in commit

    found = signatures.of(commit.replace(old, new), NOW, allowing(tmp_path, f"grace {key.public}"))

    assert found == CommitSignature(SignatureState.INVALID, "ssh")


def test_a_second_tree_that_another_parser_would_take_is_no_signed_commit(work: Clone, key: SshKey, tmp_path: Path):
    commit = signed(work, key)

    found = signatures.of(b"tree " + b"0" * 40 + b"\n" + commit, NOW, allowing(tmp_path, f"grace {key.public}"))

    assert found.state is SignatureState.INVALID


def test_the_signature_of_another_commit_is_invalid(work: Clone, key: SshKey, tmp_path: Path):
    first, second = signed(work, key, "first"), signed(work, key, "second")
    header = re.compile(rb"gpgsig .*?END SSH SIGNATURE-----\n(?: *\n)?", re.DOTALL)
    swapped = header.sub(lambda _: header.search(first)[0], second)

    assert signatures.of(swapped, NOW, allowing(tmp_path, f"grace {key.public}")).state is SignatureState.INVALID


def test_a_signature_for_another_purpose_is_invalid(work: Clone, key: SshKey, tmp_path: Path):
    """A file that somebody signed must not become a commit of theirs."""
    work.commit()
    (tmp_path / "commit").write_bytes(raw(work))
    ssh_sign(tmp_path / "commit", key, namespace="file")

    assert signatures.of(with_signature(raw(work), tmp_path), NOW, NOBODY).state is SignatureState.INVALID


def test_a_signature_made_by_hand_for_git_is_verified(work: Clone, key: SshKey, tmp_path: Path):
    work.commit()
    (tmp_path / "commit").write_bytes(raw(work))
    ssh_sign(tmp_path / "commit", key, namespace="git")

    found = signatures.of(with_signature(raw(work), tmp_path), NOW, allowing(tmp_path, f"grace {key.public}"))

    assert found.state is SignatureState.VERIFIED


def ssh_sign(path: Path, key: SshKey, namespace: str) -> None:
    git(path.parent, "-c", f"alias.sign=!ssh-keygen -q -Y sign -n {namespace} -f {key.path} {path}", "sign")


def with_signature(commit: bytes, at: Path) -> bytes:
    armor = (at / "commit.sig").read_bytes().rstrip(b"\n").replace(b"\n", b"\n ")
    headers, _, message = commit.partition(b"\n\n")
    return headers + b"\ngpgsig " + armor + b"\n\n" + message


@pytest.mark.parametrize("kind", ["ecdsa"])
def test_a_kind_of_key_that_cannot_be_verified_here_is_unchecked(work: Clone, tmp_path: Path, kind: str):
    key = ssh_key(tmp_path / kind, kind)

    found = signatures.of(signed(work, key), NOW, allowing(tmp_path, f"grace {key.public}"))

    assert found == CommitSignature(SignatureState.UNCHECKED, "ssh")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        ("-----BEGIN PGP SIGNATURE-----", "gpg"),
        ("-----BEGIN PGP MESSAGE-----", "gpg"),
        ("-----BEGIN SIGNED MESSAGE-----", "x509"),
        ("anything else", "unknown"),
    ],
)
def test_signatures_of_other_kinds_are_said_to_be_there(work: Clone, start: str, kind: str):
    work.commit()
    commit = raw(work).replace(b"\n\n", f"\ngpgsig {start}\n \n abc\n\n".encode(), 1)

    assert signatures.of(commit, NOW, NOBODY) == CommitSignature(SignatureState.UNCHECKED, kind)


@pytest.mark.parametrize(
    "armor",
    [
        "",
        "AAAA",
        "====",
        "\xff",
        "U1NIU0lH",
        "U1NIU0lHAAAAAv////8=",
        "A" * 70_000,
    ],
)
def test_what_is_no_signature_behind_the_start_of_one_is_invalid(work: Clone, armor: str):
    work.commit()
    lines = f"\ngpgsig -----BEGIN SSH SIGNATURE-----\n {armor}\n -----END SSH SIGNATURE-----\n\n"
    commit = raw(work).replace(b"\n\n", lines.encode("latin-1"), 1)

    assert signatures.of(commit, NOW, NOBODY).state in {SignatureState.INVALID, SignatureState.UNCHECKED}


def test_a_signature_of_which_any_byte_was_changed_never_verifies(work: Clone, key: SshKey, tmp_path: Path):
    commit = signed(work, key)
    allowed = allowing(tmp_path, f"grace {key.public}")
    armor = re.search(rb"-----BEGIN SSH SIGNATURE-----\n(.*)\n -----END", commit, re.DOTALL)
    blob = bytearray(base64.b64decode(armor[1]))

    for at in range(len(blob)):
        changed = base64.b64encode(blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :])
        assert signatures.of(commit.replace(armor[1], changed), NOW, allowed).state is not SignatureState.VERIFIED


def test_two_signatures_are_one_too_many(work: Clone, key: SshKey, tmp_path: Path):
    commit = signed(work, key)
    doubled = re.sub(rb"(gpgsig (?:.*\n)(?: .*\n)*)", rb"\1\1", commit)

    assert signatures.of(doubled, NOW, allowing(tmp_path, f"grace {key.public}")).state is SignatureState.INVALID


def test_a_key_counts_for_the_time_in_which_it_was_allowed(work: Clone, key: SshKey, tmp_path: Path):
    commit = signed(work, key)
    allowed = allowing(tmp_path, f'grace valid-after="20260101",valid-before="20260201120000Z" {key.public}')

    def state(*at: int) -> SignatureState:
        return signatures.of(commit, datetime(*at, tzinfo=UTC), allowed).state

    assert state(2025, 12, 31, 23, 59) is SignatureState.UNKNOWN_SIGNER
    assert state(2026, 1, 1) is SignatureState.VERIFIED
    assert state(2026, 2, 1, 11, 59) is SignatureState.VERIFIED
    assert state(2026, 2, 1, 12) is SignatureState.UNKNOWN_SIGNER


@pytest.mark.parametrize("options", ['namespaces="file"', "cert-authority"])
def test_lines_that_do_not_concern_commits_allow_nobody(work: Clone, key: SshKey, tmp_path: Path, options: str):
    found = signatures.of(signed(work, key), NOW, allowing(tmp_path, f"grace {options} {key.public}"))

    assert found.state is SignatureState.UNKNOWN_SIGNER


@pytest.mark.parametrize("options", ['namespaces="git"', 'namespaces="file,git"', 'namespaces="*"'])
def test_lines_that_concern_commits_among_others_allow(work: Clone, key: SshKey, tmp_path: Path, options: str):
    found = signatures.of(signed(work, key), NOW, allowing(tmp_path, f"grace {options} {key.public}"))

    assert found.state is SignatureState.VERIFIED


@pytest.mark.parametrize(
    "line",
    [
        "grace",
        " ",
        "grace ssh-ed25519 AAAA",
        "grace ssh-ed25519 é",
        'grace valid-after="soon" ssh-ed25519 AAAA',
        'grace sometimes="x" ssh-ed25519 AAAA',
        '"grace ssh-ed25519',
    ],
)
def test_a_line_that_means_nothing_is_refused(tmp_path: Path, line: str):
    with pytest.raises(InvalidInputError, match="allowed cannot be understood"):
        allowing(tmp_path, line)


def test_a_file_of_signers_that_is_missing_or_far_too_long_is_refused(tmp_path: Path):
    with pytest.raises(InvalidInputError, match="cannot be read"):
        AllowedSigners.read(tmp_path / "missing")

    with pytest.raises(InvalidInputError, match="more than"):
        allowing(tmp_path, "#" * 1_100_000)


@pytest.mark.parametrize(
    ("namespaces", "allowed"),
    [
        ("git", True),
        ("file,g?t", True),
        ("*", True),
        ("*,!git", False),
        ("!git,*", False),
        ("!file,*", True),
        ("!file", False),
        ("[g]it", False),
        ("[fg]*", False),
    ],
)
def test_namespaces_are_a_list_of_patterns_as_openssh_reads_them(
    work: Clone, key: SshKey, tmp_path: Path, namespaces: str, allowed: bool
):
    signers = allowing(tmp_path, f'grace namespaces="{namespaces}" {key.public}')

    found = signatures.of(signed(work, key), NOW, signers)

    assert (found.state is SignatureState.VERIFIED) == allowed
