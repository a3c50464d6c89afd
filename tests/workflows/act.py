"""Running workflows as GitHub would, with `act` and no container.

Steps run on this machine. The actions that a workflow uses are replaced by those in `actions/`, and GitHub's command line by
`bin/gh`; both keep what they are given in the run's `state`. `actions/checkout` is act's own: it copies the repository.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = "example/skills"

_ACT = Path(sys.executable).with_name("act")
_RUNNERS = ("ubuntu-24.04", "ubuntu-latest")
_USED = re.compile(r"uses: (?P<owner>[\w-]+)/(?P<name>[\w-]+)(?P<below>[\w/-]*)@(?P<commit>\w+)")


@dataclass(frozen=True)
class Run:
    """What a run did: `records` are act's log lines, `state` is the folder of the stand-ins."""

    records: list[dict[str, Any]]
    state: Path

    @property
    def text(self) -> str:
        return "".join(record["msg"] + ("" if record.get("raw_output") else "\n") for record in self.records)

    @property
    def summary(self) -> str:
        return "".join(record["content"] for record in self.records if record.get("command") == "summary")

    @property
    def comments(self) -> list[dict[str, Any]]:
        file = self.state / "comments.json"
        return json.loads(file.read_text()) if file.exists() else []

    def result(self, job: str) -> str:
        found = [record["jobResult"] for record in self.records if record["jobID"] == job and "jobResult" in record]
        return found[-1] if found else "skipped"

    def annotations(self, level: str, job: str) -> list[tuple[dict[str, str], str]]:
        """The properties and the message of each annotation of a level that a job made."""
        lines = [record["raw"] for record in self.records if record["jobID"] == job and "raw" in record]
        return [_annotation(line) for line in lines if re.match(rf"::{level}[ :]", line)]


def _annotation(line: str) -> tuple[dict[str, str], str]:
    """A workflow command as GitHub's runner reads it; act itself takes the last `::` for the end of the properties."""
    head, _, message = line.strip().removeprefix("::").partition("::")
    given = [part.partition("=") for part in head.partition(" ")[2].split(",") if part]
    return {name: _unescaped(value) for name, _, value in given}, _unescaped(message)


def _unescaped(text: str) -> str:
    for escape, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, meant)
    return text


def run(
    repository: Path,
    workflow: str,
    event: str,
    *,
    payload: Mapping[str, Any],
    state: Path,
    env: Mapping[str, str] | None = None,
    options: tuple[str, ...] = (),
) -> Run:
    """Run a workflow of the checked-out repository for an event. `env` is what the runner's machine has set."""
    state.mkdir(parents=True, exist_ok=True)
    file = f".github/workflows/{workflow}.yml"
    (state / "event.json").write_text(json.dumps(payload))
    (state / "nothing").touch()
    set_for_steps = {"STAND_IN_STATE": str(state), **(env or {})}
    command = [
        *(str(_ACT), event, "--directory", str(repository), "--workflows", str(repository / file), "--json"),
        *("--eventpath", str(state / "event.json"), "--container-daemon-socket", "-", "--no-cache-server"),
        *("--action-cache-path", str(state / "act")),
        # Else act would read .env and the like from the repository, which GitHub does not.
        *(f"--{kind}-file={state / 'nothing'}" for kind in ("env", "secret", "var", "input")),
        *(part for runner in _RUNNERS for part in ("--platform", f"{runner}=-self-hosted")),
        *(part for action in _stand_ins((repository / file).read_text()) for part in ("--local-repository", action)),
        *(part for name, value in set_for_steps.items() for part in ("--env", f"{name}={value}")),
        *("--secret", "GITHUB_TOKEN=a-token", *options),
    ]
    done = subprocess.run(command, env=_machine(state), cwd=state, capture_output=True, text=True, check=False)
    records = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not any("jobID" in record for record in records) and done.returncode != 0:
        raise AssertionError(f"act did not run {workflow}: {done.stdout}{done.stderr}")
    return Run([{"jobID": "", **record} for record in records], state)


def _stand_ins(workflow: str) -> list[str]:
    used = {(found["owner"], found["name"], found["commit"]) for found in _USED.finditer(workflow)}
    return [f"{owner}/{name}@{commit}={HERE / 'actions' / name}" for owner, name, commit in sorted(used)]


def _machine(state: Path) -> dict[str, str]:
    home = state / "home"
    home.mkdir(exist_ok=True)
    return {"PATH": f"{HERE / 'bin'}:{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8"}
