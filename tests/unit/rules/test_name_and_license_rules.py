import pytest

from builders import skill_folder
from mcpskills.validation.policy import Policy
from mcpskills.validation.subject import Neighbours
from mcpskills.validation.validate import validate

ALLOWED = Policy(licenses=("MIT", "Apache-2.0", "LicenseRef-House"))


def licensed(written, policy=ALLOWED):
    extra = f"license: {written}" if written is not None else ""
    return [finding for finding in validate(skill_folder(extra=extra), policy).findings if finding.code == "SK083"]


def test_a_name_that_could_be_taken_for_another_is_a_warning_of_the_folder():
    verdict = validate(skill_folder(), Policy(), Neighbours(lookalikes=("pdf-form", "pdfforms")))

    (finding,) = verdict.findings
    assert (finding.code, finding.severity, finding.path) == ("SK080", "warning", "skills/pdf-forms")
    assert "`pdf-form`, `pdfforms`" in finding.message
    assert verdict.ok


@pytest.mark.parametrize(
    "written",
    [
        "MIT",
        "mit",
        "Apache-2.0 OR GPL-3.0-only",
        "GPL-3.0-only OR MIT",
        "MIT AND Apache-2.0",
        "(GPL-3.0-only OR MIT) AND (Apache-2.0 OR BSD-3-Clause)",
        "Apache-2.0 WITH LLVM-exception",
        "Apache-2.0+",
        "licenseref-House",
    ],
)
def test_licences_that_the_policy_allows(written):
    assert licensed(written) == []


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("GPL-3.0-only", "is not allowed"),
        ("MIT AND GPL-3.0-only", "is not allowed"),
        ("MIT AND (GPL-3.0-only OR BSD-3-Clause)", "is not allowed"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "is not allowed"),
        ("LicenseRef-Other", "is not allowed"),
        ("MIT License", "no SPDX expression"),
        ("Complete terms in LICENSE.txt", "no SPDX expression"),
        ("MIT OR", "no SPDX expression"),
        ('"' + "(" * 150 + "MIT" + ")" * 150 + '"', "no SPDX expression"),
        ('"MIT\\u202e"', "no SPDX expression"),
        (None, "names no licence"),
        ("", "names no licence"),
        ('" "', "names no licence"),
        ("[MIT]", "names no licence"),
    ],
)
def test_other_licences_are_an_error_where_the_policy_has_a_list(written, says):
    (finding,) = licensed(written)

    assert finding.severity == "error"
    assert says in finding.message
    assert "`MIT`, `Apache-2.0`" in finding.fix


def test_a_licence_stands_at_its_value():
    (finding,) = licensed("GPL-3.0-only")

    assert (finding.line, finding.column) == (4, 10)


@pytest.mark.parametrize("written", [None, "GPL-3.0-only", "Proprietary, ask us"])
def test_without_a_list_any_licence_is_fine(written):
    assert licensed(written, Policy()) == []
