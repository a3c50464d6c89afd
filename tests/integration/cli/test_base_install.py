"""What the command says where packages are missing that the base install leaves out."""

import subprocess
import sys
from pathlib import Path

import pytest

from mcpskills import template
from mcpskills.cli.main import COMMANDS

LEFT_OUT = (
    "botocore",
    "cachetools",
    "cryptography",
    "fastapi",
    "mcp",
    "msgspec",
    "redis",
    "structlog",
    "tantivy",
    "uvicorn",
)


def base_install(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process that finds none of the packages."""
    code = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({LEFT_OUT!r}))\n"
        f"sys.argv = {['mcpskills', *arguments]!r}\n"
        "from mcpskills.cli.main import run\n"
        "run()\n"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_help_lists_every_command():
    done = base_install("--help")

    assert (done.returncode, done.stderr) == (0, "")
    rows = {line.strip("│ ").partition(" ")[0] for line in done.stdout.splitlines()}
    assert COMMANDS.keys() - rows == set()


@pytest.mark.parametrize(
    ("arguments", "missing", "extra"),
    [
        (["verify", "pdf-forms"], "cryptography", "server"),
        (["eval", str(template.location())], "tantivy", "eval"),
        (["serve", "."], None, "all"),
    ],
    ids=["verify", "eval", "serve"],
)
def test_a_command_that_needs_more_names_what_to_install(arguments, missing, extra):
    done = base_install(*arguments)

    assert done.returncode == 1
    assert done.stderr.startswith(f"error: This command needs `{missing or ''}")
    assert done.stderr.endswith(f"which the base install leaves out: pip install 'open-mcp-skills[{extra}]'\n")


def test_the_documentation_counts_every_command_as_part_of_the_base_install_or_not():
    page = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    opening = page.split("\n## ")[0]

    assert [name for name in COMMANDS if f"`{name}`" not in opening] == []
