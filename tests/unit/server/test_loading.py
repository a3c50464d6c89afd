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
print(sorted({"boto3", "detect_secrets", "dulwich", "github", "mcpskills_publisher", "redis", "rich"} & sys.modules.keys()))
"""


def test_a_server_loads_nothing_that_only_terminals_proposals_and_clouds_need():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
