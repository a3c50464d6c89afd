"""How long `mcpskills validate` takes over 1,000 skills, beside the bandit and detect-secrets command lines per skill.

    make bench NAME=validate ARGS="--skills 1000 --peers 20"

Skills are copies of real ones when MCPSKILLS_CORPUS (or a sibling folder `shared/corpus`) has some, else of the template's.
No two are alike, so that no result can be used twice. One in seven carries two Python scripts, taken from the standard
library, which is the share among public skills. Peers run on a sample, between the runs of the product.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("MCPSKILLS_CORPUS", ROOT.parent / "shared" / "corpus")) / "skills"
TEXT = {".md", ".txt", ".py"}
PYTHON_SHARE = 7
SCRIPTS = 2
LARGEST_SCRIPT = 30_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skills", type=int, default=1000)
    parser.add_argument("--peers", type=int, default=20, help="skills that the peers look at")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options.skills, options.peers)


def measure(folder: Path, count: int, sample: int) -> None:
    registry = folder / "registry"
    files, size = build(registry, count)
    cache = folder / "cache"
    # What was written in the last two seconds is never taken from the cache.
    time.sleep(2.1)
    cold = timed(product(registry, cache))
    some = random.Random(2).sample(sorted((registry / "skills").iterdir()), sample)
    per_skill = {name: sum(timed([*line, skill]) for skill in some) / sample for name, line in peers().items()}
    again = timed(product(registry, cache))
    touched = registry / "skills" / "skill-0001" / "SKILL.md"
    touched.write_text(touched.read_text() + "\nOne line more.\n")
    one = timed(product(registry, cache))
    single = timed(product(registry / "skills" / "skill-0002", folder / "none"))

    table = Table(title=f"{count} skills, {files} files, {size / 1e6:.0f} MB, {os.cpu_count()} cores")
    table.add_column("")
    table.add_column("seconds", justify="right")
    table.add_column("product is faster by", justify="right")
    table.add_row("mcpskills validate, nothing cached", f"{cold:.2f}", "")
    table.add_row("mcpskills validate, nothing changed", f"{again:.2f}", "")
    table.add_row("mcpskills validate, one skill changed", f"{one:.2f}", "")
    table.add_row("mcpskills validate, a single skill, nothing cached", f"{single:.2f}", "")
    for name, seconds in per_skill.items():
        table.add_row(
            f"{name}, each skill ({sample} measured)", f"{seconds * count:.0f}", f"{seconds * count / cold:.0f}x"
        )
    both = sum(per_skill.values()) * count
    table.add_row("both", f"{both:.0f}", f"{both / cold:.0f}x cold, {both / again:.0f}x warm")
    Console(width=110).print(table)


def product(path: Path, cache: Path) -> list[str | Path]:
    return [Path(sys.executable).with_name("mcpskills"), "validate", path, "--cache", cache]


def peers() -> dict[str, list[str | Path]]:
    here = Path(sys.executable)
    return {
        "bandit -r": [here.with_name("bandit"), "-r", "-q", "-f", "json"],
        "detect-secrets scan": [here.with_name("detect-secrets"), "scan", "--all-files", "--no-verify"],
    }


def timed(command: list[str | Path]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - started


def build(registry: Path, count: int) -> tuple[int, int]:
    """A registry of `count` skills; gives its files and bytes."""
    originals = sorted(path.parent for path in (CORPUS if CORPUS.is_dir() else ROOT).rglob("SKILL.md"))
    originals = [path for path in originals if ".venv" not in path.parts and "node_modules" not in path.parts]
    library = Path(sysconfig.get_path("stdlib"))
    scripts = [path for path in sorted(library.glob("*/*.py")) if 0 < path.stat().st_size < LARGEST_SCRIPT]
    chosen = random.Random(1)
    for number in range(count):
        skill = registry / "skills" / f"skill-{number:04}"
        shutil.copytree(originals[number % len(originals)], skill, symlinks=True)
        if number % PYTHON_SHARE == 0:
            (skill / "scripts").mkdir(exist_ok=True)
            for script in chosen.sample(scripts, SCRIPTS):
                shutil.copy(script, skill / "scripts" / f"{script.parent.name}_{script.name}")
        make_unique(skill, number)
    (registry / "registry.toml").write_text("")
    files = [path for path in registry.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)


def make_unique(skill: Path, number: int) -> None:
    for path in skill.rglob("*"):
        if path.suffix in TEXT and path.is_file():
            with path.open("ab") as opened:
                opened.write(f"\n# Copy {number}\n".encode())


if __name__ == "__main__":
    main()
