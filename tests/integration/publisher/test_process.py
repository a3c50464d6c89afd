"""The publisher as a process of its own, as an operator starts and stops it."""

import signal
from pathlib import Path

from builders import skill_folder
from publisher_scene import PATIENCE, Scene, start_process


def test_it_publishes_and_ends_on_sigterm(registry: Scene):
    registry.work.publish(skill_folder())

    process = start_process(registry.data, registry.registry)
    told = next(line for line in process.stderr if "published" in line)
    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=PATIENCE)[1]

    assert "pdf-forms" in told
    assert (process.returncode, "Traceback" in rest) == (0, False)
    assert registry.live() == {"pdf-forms": 1}
    assert '"event": "published"' in (registry.data / "logs" / "publisher.log").read_text()


def test_a_repository_that_cannot_be_opened_is_one_sentence_and_a_failure(tmp_path: Path):
    process = start_process(tmp_path / "data", str(tmp_path / "nowhere.git"))
    told = process.communicate(timeout=PATIENCE)[1]

    assert process.returncode == 1
    assert told.startswith("error: The registry repository")
    assert "nowhere.git" in told
    assert "Traceback" not in told


def test_a_data_directory_that_cannot_be_written_is_one_sentence_and_a_failure(tmp_path: Path):
    (tmp_path / "data").write_text("a file")

    process = start_process(tmp_path / "data", str(tmp_path / "registry.git"))
    told = process.communicate(timeout=PATIENCE)[1]

    assert process.returncode == 1
    assert "cannot be written" in told
    assert "Traceback" not in told
