"""The fast path in front of the SDK's server: what is asked for most is answered from bytes.

`asked.py` reads requests, strictly; `rendering.py` has the answers about one live skill, cut from what the SDK's serialiser makes
of placeholders; `memory.py` keeps whole results that the SDK gave, as long as the snapshot stays; `path.py` joins them. What is
not understood to the last byte goes to the SDK unchanged, errors above all, so the SDK stays the reference:
`tests/integration/mcp/test_fast_path.py` and `test_fast_path_odd.py` compare the two. `MCPSKILLS_FAST_PATH=false` leaves it out.
"""
