"""How every MCP request becomes a record of the journal, beside the requests; docs/logs.md and ADR 20 say why it is built so.

`taken.py` is what a request leaves on the hot path. `recorder.py` keeps it within bounds and deals with it beside requests. Each
is made a `Call`, which all `Consumer`s get; as many as are allowed are made an `Invocation`, which `writer.py` writes. What is to
be known of every call is a consumer more.
"""
