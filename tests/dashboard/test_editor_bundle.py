"""The built editor in the tree is what its sources and its lock say, and asks no other machine for anything."""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from mcpskills_dashboard.editor.assets import BUILT, STAMP

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "dashboard" / "editor-source"


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def test_the_editor_was_built_from_the_versions_of_the_lock() -> None:
    stamp = json.loads(STAMP.read_text())
    locked = json.loads((SOURCE / "package-lock.json").read_text())["packages"]

    assert stamp["monaco-editor"] == locked["node_modules/monaco-editor"]["version"]
    assert stamp["esbuild"] == locked["node_modules/esbuild"]["version"]


def test_the_editor_was_built_from_the_sources_that_are_there() -> None:
    sources = [path.relative_to(SOURCE).as_posix() for path in (SOURCE / "src").iterdir()]

    assert json.loads(STAMP.read_text())["sources"] == digests(SOURCE, [*sources, "build.mjs", "package-lock.json"])


def test_the_built_files_are_those_that_were_built() -> None:
    built = [path.name for path in BUILT.iterdir() if path != STAMP]

    assert json.loads(STAMP.read_text())["files"] == digests(BUILT, built)


def test_the_licence_of_monaco_lies_beside_it() -> None:
    assert "Permission is hereby granted, free of charge" in (BUILT / "LICENSE").read_text()
    assert "THIRD-PARTY SOFTWARE NOTICES" in (BUILT / "ThirdPartyNotices.txt").read_text()


def test_nothing_that_was_built_loads_from_another_machine() -> None:
    loading = re.compile(r"""(?:import\s*\(?|from|url\(|importScripts\(|fetch\()\s*["'`]?(?:https?:)?//""")

    assert [path.name for path in BUILT.glob("*.[jc]s*") if loading.search(path.read_text())] == []
