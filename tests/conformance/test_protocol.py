"""The official conformance suite against the product's own server object, to which its fixtures are added."""

import asyncio
import re
from pathlib import Path

import pytest

from e2e.node_clients import run_command

pytestmark = pytest.mark.anyio

BASELINE = Path(__file__).with_name("expected-failures.yml")


@pytest.mark.parametrize(("revision", "count"), [("2025-11-25", 30), ("2026-07-28", 37)])
async def test_every_scenario_that_a_revision_requires_passes(suite_server, tmp_path, revision, count):
    done = await run_suite(suite_server, tmp_path, "--requirements", revision)

    outcomes = scored(done.stdout)
    assert [name for name, passed in outcomes.items() if not passed] == []
    assert (len(outcomes), done.returncode) == (count, 0)


async def test_in_the_whole_suite_nothing_fails_but_what_the_baseline_names(suite_server, tmp_path):
    done = await run_suite(suite_server, tmp_path, "--suite", "all", "--expected-failures", str(BASELINE))

    assert done.returncode == 0, done.stdout[done.stdout.find("=== SUMMARY") :]


async def test_a_baseline_that_names_what_passes_is_stale_and_fails(suite_server, tmp_path):
    stale = tmp_path / "stale.yml"
    stale.write_text("server:\n  - ping\n")

    done = await run_suite(suite_server, tmp_path, "--scenario", "ping", "--expected-failures", str(stale))

    assert done.returncode == 1
    assert "ping" in done.stdout[done.stdout.find("Stale") :]


async def run_suite(url, tmp_path, *arguments):
    out = ("--output-dir", str(tmp_path / "out"))
    return await asyncio.to_thread(run_command, "conformance", "server", "--url", url, *arguments, *out, timeout=240)


def scored(printed):
    """Whether each scenario that counts passed, by its name."""
    summary, _, rest = printed.partition("=== SUMMARY ===")[2].partition("\nTotal: ")
    uncounted = set(re.findall(r"^  \S ([\w-]+) \(", rest, re.MULTILINE))
    outcomes = re.findall(r"^(\S) ([\w-]+): ", summary, re.MULTILINE)
    return {name: mark == "✓" for mark, name in outcomes if name not in uncounted}
