"""Every setting has its heading, and every heading its setting."""

import re
from pathlib import Path

from mcpskills_dashboard.settings import DashboardSettings
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_server.settings import ServerSettings

DOCS = Path(__file__).parents[2] / "docs"


def test_settings_and_their_headings_are_the_same():
    fields = ServerSettings.model_fields.keys() | PublisherSettings.model_fields.keys()
    headings = re.findall(r"^### `MCPSKILLS_(\w+)`$", (DOCS / "settings.md").read_text(), re.MULTILINE)

    ours = {*fields, *(f"dashboard_{name}" for name in DashboardSettings.model_fields)}
    assert sorted(headings) == sorted(name.upper() for name in ours)
