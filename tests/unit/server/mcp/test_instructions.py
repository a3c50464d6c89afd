from mcpskills_server.mcp.server import INSTRUCTIONS
from mcpskills_server.mcp.tools.table import TOOLS


def test_the_instructions_fit_into_what_clients_read_and_name_every_tool():
    assert len(INSTRUCTIONS) <= 512
    assert all(tool.name in INSTRUCTIONS for tool in TOOLS)
