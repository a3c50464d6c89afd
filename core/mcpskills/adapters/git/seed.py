"""A new registry repository from a plain folder."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from dulwich.refs import check_ref_format, local_branch_name
from dulwich.repo import Repo

from mcpskills.adapters import folders
from mcpskills.adapters.git.foreign import unavailable
from mcpskills.adapters.git.writing import COMMITTER, Draft
from mcpskills.errors import ConflictError, InvalidInputError
from mcpskills.folder import Entry
from mcpskills.printable import quoted

_COMPILED = "__pycache__"
"""Installers leave it beside the Python files of an installed template."""

_SHOWN = 100
_HINT = "Check that this user may write there."


def seed(path: Path, source: Path, branch: str) -> str:
    """Make a bare repository at `path` whose branch holds what the folder `source` holds; gives the commit.

    It is there complete or not at all. Raises `ConflictError` when something stands at `path`, `NotFoundError` when `source` is
    no folder, `UnavailableError` when the repository cannot be written.
    """
    if path.exists():
        raise ConflictError(f"A new registry repository cannot be made at {path}: something stands there already.")
    entries = _entries(source)
    with unavailable(f"A registry repository cannot be made at {path}", _HINT):
        return _beside(path, lambda new: _bare(new, entries, branch))


def start(path: Path, source: Path, branch: str) -> str:
    """Make a repository at `path`, with its files checked out, from what the folder `source` holds; gives the commit.

    It is there complete or not at all. An empty folder at `path` is filled and stays the same folder. Raises `ConflictError` when
    anything else stands there, `InvalidInputError` for a name that no branch can have, and what `seed` raises.
    """
    if branch.startswith("-") or not check_ref_format(local_branch_name(os.fsencode(branch))):
        raise InvalidInputError(f"{quoted(branch, _SHOWN)} is no name of a branch; take one such as main.")
    entries = _entries(source)
    with unavailable(f"A registry repository cannot be made at {path}", _HINT):
        if os.path.lexists(path) and (not path.is_dir() or any(path.iterdir())):
            raise ConflictError(f"{path} is not an empty folder; name one that is empty, or one that is not there yet.")
        make = _inside if path.exists() else _beside
        return make(path, lambda new: _checked_out(new, entries, branch))


def _entries(source: Path) -> Mapping[str, Entry]:
    return {at: entry for at, entry in folders.read(source, "").entries.items() if _COMPILED not in at.split("/")}


def _beside(path: Path, fill: Callable[[Path], str]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=path.parent, prefix=".new-"))
    try:
        commit = fill(new)
        new.chmod(0o755)
        new.rename(path)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return commit


def _inside(path: Path, fill: Callable[[Path], str]) -> str:
    # The folder may be somebody's current one, so it is kept and what was made is moved up into it.
    new = Path(tempfile.mkdtemp(dir=path, prefix=".new-"))
    moved: list[Path] = []
    try:
        commit = fill(new)
        for item in sorted(new.iterdir()):
            moved.append(path / item.name)
            item.rename(moved[-1])
        new.rmdir()
    except BaseException:
        for item in (new, *moved):
            shutil.rmtree(item) if item.is_dir() else item.unlink(missing_ok=True)
        raise
    return commit


def _bare(path: Path, entries: Mapping[str, Entry], branch: str) -> str:
    with Repo.init_bare(os.fspath(path), default_branch=branch.encode()) as repo:
        config = repo.get_config()
        # What Git itself finds malformed is refused at the push, where its author sees it.
        config.set((b"receive",), b"fsckObjects", value=True)
        config.write_to_path()
        return _commit(repo, entries, branch)


def _checked_out(path: Path, entries: Mapping[str, Entry], branch: str) -> str:
    with Repo.init(os.fspath(path), default_branch=branch.encode()) as repo:
        commit = _commit(repo, entries, branch)
        # The repository's own settings only: whoever has line endings changed on checkout would start with changed files.
        repo.get_worktree().reset_index(config=repo.get_config())
        return commit


def _commit(repo: Repo, entries: Mapping[str, Entry], branch: str) -> str:
    draft = Draft(repo.object_store)
    tree = draft.folder(entries) or draft.empty()
    message = "Start the registry with example skills\n"
    commit = draft.commit(tree, [], author=COMMITTER, message=message, at=datetime.now(UTC))
    draft.save()
    repo.refs[local_branch_name(branch.encode())] = commit
    return commit.decode()
