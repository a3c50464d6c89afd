"""The collector is off while anybody makes what stays, and on afterwards."""

import gc
import threading

import pytest

from mcpskills import garbage


@pytest.fixture(autouse=True)
def on():
    was_on = gc.isenabled()
    gc.enable()
    yield
    if not was_on:
        gc.disable()


def test_the_collector_is_on_afterwards_whatever_happened():
    with pytest.raises(ZeroDivisionError), garbage.uncollected():
        assert gc.isenabled() / 0

    assert gc.isenabled()


def test_the_collector_is_off_within():
    with garbage.uncollected():
        within = gc.isenabled()

    assert (within, gc.isenabled()) == (False, True)


def test_who_is_done_first_does_not_turn_it_on_for_others():
    begun, done = threading.Event(), threading.Event()

    def make():
        with garbage.uncollected():
            begun.set()
            done.wait(30)

    thread = threading.Thread(target=make)
    thread.start()
    begun.wait(30)
    with garbage.uncollected():
        pass
    within = gc.isenabled()
    done.set()
    thread.join()

    assert (within, gc.isenabled()) == (False, True)


def test_one_that_was_off_stays_off():
    gc.disable()

    with garbage.uncollected():
        pass

    assert not gc.isenabled()
