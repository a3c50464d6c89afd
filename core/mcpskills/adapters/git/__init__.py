"""Git through dulwich, never with a work tree.

`repository.py` reads the registry repository, `remote.py` keeps a mirror of one that stands at a URL, `seed.py` makes a new one,
`forge.py` writes proposals.
"""
