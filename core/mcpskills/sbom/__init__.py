"""What a version is made of: the skill itself, and what its dependency files say that its scripts need.

Pure. `bill.of` reads a folder; an adapter writes the bill in a format. A new kind of lock file is a function in `locks.py` and a
row in its `LOCKS`; a new kind of manifest is one for the rules as well, in `validation/rules/dependencies/reading.py`.
"""
