"""Names that pass for the functions that run code."""

import pytest

from mcpskills.validation.file import File
from mcpskills.validation.validate import judge_file


def found(source):
    return {code for code, _ in judge_file(File("scripts/a.py", source.encode(), executable=False))}


@pytest.mark.parametrize("shadow", ["from json import loads as exec", "import json as exec", "from x import exec"])
def test_an_import_that_may_never_be_reached_does_not_hide_the_builtin(shadow):
    codes = found(f"if 0:\n    {shadow}\nfrom urllib.request import urlopen\nexec(urlopen(u).read())\n")

    assert {"SK051", "SK052"} <= codes


def test_other_names_may_be_imported_as_anything():
    assert found("from json import loads as load, dumps\nimport shlex as quoting\nprint(load(dumps(1)))\n") == set()
