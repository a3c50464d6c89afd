import json
import subprocess
import sys

import pytest

from mcpskills.evals.schema import schema as evals_schema
from mcpskills.validation.schemas import registry_schema
from mcpskills.validation.skill_schema import skill_schema


def schema(*arguments):
    command = [sys.executable, "-c", "from mcpskills.cli.main import run; run()", "schema", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("kind", "built"), [("skill", skill_schema), ("registry", registry_schema), ("evals", evals_schema)]
)
def test_a_schema_is_printed_as_the_product_checks_by_it(kind, built):
    done = schema(kind)

    assert (done.returncode, json.loads(done.stdout)) == (0, built())


def test_something_that_has_no_schema_is_wrong_usage():
    done = schema("package")

    assert (done.returncode, done.stdout) == (2, "")
