"""GitHub as a forge, through a GitHub App.

`tokens.py` gets the App's short-lived tokens, `client.py` asks GitHub and makes its errors ours, `forge.py` is the forge, and
`reporting.py` tells GitHub what became of a commit. Content goes through Git, see `adapters/git`; decisions through REST.
"""
