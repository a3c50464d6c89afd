"""What a process logs cannot act on the terminal that shows it."""

import json
import subprocess
import sys

LOGGING = """
import logging, sys
from pathlib import Path
import structlog
from mcpskills import logs

logs.to_file(Path(sys.argv[1]))
logs.to_console()
hostile = "\\x1b]0;pwned\\x07\\x9b31m\\u202e\\n\\ud800"
structlog.get_logger("ours").warning("quarantined", path=hostile, names=[hostile], number=1)
logging.getLogger("theirs").warning("got %s", hostile)
try:
    raise ValueError(hostile)
except ValueError:
    structlog.get_logger("ours").exception("failed")
"""


def logged(tmp_path):
    """The lines on the console, and those of the file."""
    file = tmp_path / "logs" / "test.log"
    done = subprocess.run([sys.executable, "-c", LOGGING, str(file)], capture_output=True, text=True, check=True)
    return done.stderr.split("\n"), file.read_text().split("\n")


def test_the_console_shows_control_characters_and_does_not_obey_them(tmp_path):
    console, _ = logged(tmp_path)

    assert all(line.isprintable() for line in console)
    assert r"path=\x1b]0;pwned\x07\x9b31m\u202e\n\ud800" in console[0]
    assert r"got \x1b]0;pwned\x07\x9b31m\u202e\n\ud800" in console[1]


def test_the_console_keeps_the_lines_of_a_traceback(tmp_path):
    console, _ = logged(tmp_path)

    assert "failed" in console[2]
    assert console[3] == "Traceback (most recent call last):"
    assert console[-3].startswith(r"ValueError: \x1b]0;pwned\x07\x9b31m\u202e")


def test_the_file_is_plain_ascii_and_loses_nothing(tmp_path):
    _, file = logged(tmp_path)

    assert all(line.isascii() and line.isprintable() for line in file)
    assert json.loads(file[0])["path"] == "\x1b]0;pwned\x07\x9b31m\u202e\n\ud800"
    assert json.loads(file[0])["number"] == 1
    assert json.loads(file[1])["logger"] == "theirs"
    assert "Traceback" in json.loads(file[2])["exception"]
