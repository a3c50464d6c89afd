"""The processes that judge many skills. Scanners take half a second to load: they can do so while the skills are looked for."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver

_JUDGES = (
    "mcpskills.cli.judging",
    "mcpskills.validation.rules.python.bandit_run",
    "mcpskills.validation.rules.secrets.detectors",
)
_WORTH_A_POOL = 12


def are_worth_it(skills: int, jobs: int) -> bool:
    return jobs > 1 and skills >= _WORTH_A_POOL


def load() -> None:
    """Begin to load what all processes need, once for all of them; returns at once, and does nothing the second time."""
    forkserver.set_forkserver_preload(list(_JUDGES))
    forkserver.ensure_running()


def pool(skills: int, jobs: int) -> ProcessPoolExecutor:
    load()
    # Not fork: the progress bar has a thread.
    return ProcessPoolExecutor(min(jobs, skills), mp_context=multiprocessing.get_context("forkserver"))
