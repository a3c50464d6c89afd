"""The fixed set of tools, for clients and gateways that know nothing but tools.

A new tool is a file here with its arguments, its answer and its function, a row in `table.py` and a heading in docs/mcp.md.
"""
