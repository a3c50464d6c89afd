"""What is installed is what works from a checkout, and the base install stays light."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"botocore", "dulwich", "fastapi", "mcp", "redis", "streamlit", "tantivy", "uvicorn", "watchfiles"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_carries_the_packages_the_template_and_their_types(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"mcpskills/py.typed", "mcpskills_server/py.typed", "mcpskills_publisher/py.typed"} <= names
    template = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "registry-repo-template").rglob("*") if path.is_file()
    }
    assert {f"mcpskills/{path}" for path in template if "__pycache__" not in path} <= names


def test_the_installed_wheel_finds_its_template(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "from mcpskills import template; print(template.location())"

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == str(tmp_path / "site" / "mcpskills" / "registry-repo-template")


def test_validating_skills_loads_nothing_heavy(tmp_path):
    code = (
        "import sys\n"
        "from mcpskills.cli.main import app\n"
        f"app(['validate', {str(ROOT / 'registry-repo-template')!r}], standalone_mode=False)\n"
        "print('\\n' + ' '.join(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert HEAVY & set(done.stdout.splitlines()[-1].split()) == set()
