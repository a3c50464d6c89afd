"""Tenants that share every place live as if each were alone: the same answers, the same errors, the same work for them.

What differs in company would be seen: another's bytes, names or counts in an answer, or another request to the storage for what
belongs to somebody than for what nobody has.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from catalog_builders import Clock
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.signing.file_key import FileKey
from tenancy import deeds, estates
from tenancy.estates import Estate
from tenancy.lives import Lives, people

Open = Callable[[Path, Clock], AbstractContextManager[Estate]]

SOME = {"embedded": 20, "cloud": 2}
"""Pairs of lives in `make test`; one takes a tenth of a second, and a second or two in the cloud."""

MANY = {"embedded": 400, "cloud": 40}


@pytest.fixture(params=["embedded", "cloud"])
def family(request) -> tuple[str, Open]:
    if request.param == "embedded":
        return request.param, estates.embedded
    aws, valkey = map(request.getfixturevalue, ("ministack", "valkey"))
    return request.param, partial(estates.cloud, aws=aws, valkey=valkey)


@pytest.fixture
def lives(family: tuple[str, Open], tmp_path: Path) -> Iterator[Callable[[], Lives]]:
    """Makes pairs of lives, each with names of its own in the same three estates."""
    clock = Clock()
    with ExitStack() as held:
        company, *alone = (held.enter_context(family[1](tmp_path / place, clock)) for place in ("company", "a", "b"))
        key = FileKey.open(tmp_path / "signing.pem")
        for estate in (company, *alone):
            people(estate, key)
        yield lambda: Lives(company, alone, clock, key)


def lived(lives: Callable[[], Lives], pairs: int, steps: int) -> None:
    bounds = settings(
        max_examples=pairs,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(lives, settings=bounds)


def test_neither_of_two_tenants_notices_the_other(lives: Callable[[], Lives], family: tuple[str, Open]):
    lived(lives, SOME[family[0]], steps=25)


@pytest.mark.nightly
def test_neither_of_two_tenants_notices_the_other_in_hundreds_of_lives(
    lives: Callable[[], Lives], family: tuple[str, Open]
):
    lived(lives, MANY[family[0]], steps=60)


def test_a_store_that_two_tenants_shared_would_be_noticed(tmp_path: Path):
    clock = Clock()
    with ExitStack() as held:
        company, *alone = (
            held.enter_context(estates.embedded(tmp_path / place, clock)) for place in ("company", "a", "b")
        )
        leaking = replace(company, open_store=lambda _: DirectoryPackageStore(tmp_path / "shared"))
        pair = Lives(leaking, alone, clock, FileKey.open(tmp_path / "signing.pem"))
        pair.publish(0, deeds.SKILLS[0], deeds.BODIES[0])

        with pytest.raises(AssertionError):
            pair.both(1, deeds.reading(deeds.SKILLS[0], 1, deeds.DIGESTS[0])["package"])
