"""The data plane on `/mcp` and the admin API: serves an immutable snapshot and swaps it when the catalog changes."""
