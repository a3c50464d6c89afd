"""Fifty pushes to a publisher that is killed at random moments: in the end the registry is what Git is."""

import random
import subprocess

import pytest

from builders import skill_folder
from publisher_scene import Scene, start_process

PUSHES = 50
NAMES = [f"skill-{number:02}" for number in range(20)]


@pytest.mark.nightly
def test_fifty_pushes_under_random_kills_lose_nothing(registry: Scene):
    chance = random.Random(7)
    for push in range(PUSHES):
        registry.work.put(*(skill_folder(name, body=f"Push {push}.\n") for name in chance.sample(NAMES, 5)))
        registry.work.delete(f"skills/{chance.choice(NAMES)}")
        registry.work.push()
        process = start_process(registry.data, registry.registry)
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=chance.uniform(0.4, 2.5))
        process.kill()
        process.communicate()

    registry.reconcile()

    wanted = {path.name: path for path in (registry.work.path / "skills").iterdir()}
    assert registry.live().keys() == wanted.keys()
    for name, folder in wanted.items():
        assert registry.files(name)["SKILL.md"] == (folder / "SKILL.md").read_bytes()
