"""How the audit trail says sets of names: whoever reads it takes none for two."""

import pytest

from mcpskills.audit import listed


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (set(), None),
        ({"office", "finance"}, "finance, office"),
        ({"a, b"}, '"a, b"'),
        ({"a", "b"}, "a, b"),
        ({'"a', "b"}, '"\\"a", b'),
        ({"Büro", "b"}, "Büro, b"),
    ],
)
def test_names_are_told_apart(names, told):
    assert listed(names) == told
