"""What a server has in memory though nobody asks for it."""

import subprocess
import sys

PROGRAM = """
import sys
import mcpskills_server.__main__, mcpskills_server.application, mcpskills_server.admin.parts
from mcpskills.adapters.origins import origin
from mcpskills.settings import Settings
from mcpskills_server.recording.recorder import Recorder

Recorder.load()
origin(Settings.read())
print(sorted(set(sys.argv[1:]) & sys.modules.keys()))
"""

LEFT_OUT = (
    "boto3",
    "detect_secrets",
    "dulwich",
    "github",
    "greenlet",
    "jsonschema",
    "mcpskills_publisher",
    "redis",
    "rich",
    "watchfiles",
)


def test_a_server_loads_nothing_that_only_terminals_checks_proposals_and_clouds_need():
    done = subprocess.run([sys.executable, "-c", PROGRAM, *LEFT_OUT], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
