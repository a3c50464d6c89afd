"""A new registry repository from a plain folder."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from dulwich.refs import local_branch_name
from dulwich.repo import Repo

from mcpskills.adapters import folders
from mcpskills.adapters.git.foreign import unavailable
from mcpskills.adapters.git.writing import COMMITTER, Draft
from mcpskills.errors import ConflictError
from mcpskills.folder import Entry

_COMPILED = "__pycache__"
"""Installers leave it beside the Python files of an installed template."""


def seed(path: Path, source: Path, branch: str) -> str:
    """Make a bare repository at `path` whose branch holds what the folder `source` holds; gives the commit.

    It is there complete or not at all. Raises `ConflictError` when something stands at `path`, `NotFoundError` when `source` is
    no folder, `UnavailableError` when the repository cannot be written.
    """
    if path.exists():
        raise ConflictError(f"A new registry repository cannot be made at {path}: something stands there already.")
    entries = {at: entry for at, entry in folders.read(source, "").entries.items() if _COMPILED not in at.split("/")}
    with unavailable(f"A registry repository cannot be made at {path}", "Check that this user may write there."):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=".new-"))
        try:
            commit = _fill(beside, entries, branch)
            beside.chmod(0o755)
            beside.rename(path)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    return commit


def _fill(path: Path, entries: Mapping[str, Entry], branch: str) -> str:
    with Repo.init_bare(os.fspath(path), default_branch=branch.encode()) as repo:
        config = repo.get_config()
        # What Git itself finds malformed is refused at the push, where its author sees it.
        config.set((b"receive",), b"fsckObjects", value=True)
        config.write_to_path()
        draft = Draft(repo.object_store)
        tree = draft.folder(entries) or draft.empty()
        message = "Start the registry with example skills\n"
        commit = draft.commit(tree, [], author=COMMITTER, message=message, at=datetime.now(UTC))
        draft.save()
        repo.refs[local_branch_name(branch.encode())] = commit
        return commit.decode()
