import re

import pytest
from hypothesis import given

from findings import WAIVER, a_finding, a_report, hostile_reports
from mcpskills.validation.finding import Severity
from mcpskills.validation.reports.annotations import as_annotations

# As github.com/actions/runner reads a line (ActionCommand.TryParseV2).
COMMAND = re.compile(r"\s*::(?P<name>[^: ]+)(?: (?P<properties>.*?))?::(?P<data>.*)", re.DOTALL)


def unescaped(text):
    for mark, char in {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}.items():
        text = text.replace(mark, char)
    return text


def commands(report):
    for line in as_annotations(report).split("\n")[:-2]:
        found = COMMAND.fullmatch(line)
        assert found, line
        properties = dict(pair.split("=", 1) for pair in found["properties"].split(","))
        yield found["name"], {key: unescaped(value) for key, value in properties.items()}, unescaped(found["data"])


def test_a_finding_is_a_command_with_place_title_message_and_fix():
    ((name, properties, message),) = commands(a_report(a_finding()))

    assert name == "error"
    assert properties == {
        "file": "skills/pdf-forms/SKILL.md",
        "line": "3",
        "col": "14",
        "title": "SK007 description",
    }
    assert message == (
        "the description has 5 characters; at least 10 are needed.\nSay what the skill does and when to use it.\nFound: short"
    )


@pytest.mark.parametrize(
    ("severity", "command"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")]
)
def test_a_severity_has_its_command(severity, command):
    ((name, _, _),) = commands(a_report(a_finding(severity=severity)))

    assert name == command


def test_a_finding_about_a_whole_folder_points_at_its_skill_file_and_at_no_line():
    ((_, properties, _),) = commands(a_report(a_finding("SK019", path="")))

    assert properties["file"] == "skills/pdf-forms/SKILL.md"
    assert "line" not in properties


def test_a_file_that_is_called_like_its_skill_is_no_whole_folder():
    ((_, properties, _),) = commands(a_report(a_finding(path="bin/pdf-forms", line=None, column=None)))

    assert properties["file"] == "skills/pdf-forms/bin/pdf-forms"


def test_what_a_step_would_not_show_is_counted_in_its_last_annotation():
    report = a_report(
        *(a_finding(line=line) for line in range(1, 31)),
        *(a_finding("SK014", Severity.WARNING, line=line) for line in range(1, 11)),
    )

    told = list(commands(report))

    assert [name for name, _, _ in told] == ["error"] * 10 + ["warning"] * 10
    assert [properties.get("line") for _, properties, _ in told[:10]] == [*map(str, range(1, 10)), None]
    assert told[9][1:] == (
        {"title": "21 more"},
        "There are 21 more findings of this kind; the whole report has all of them.",
    )


def test_what_is_waived_is_no_annotation_but_counted():
    assert as_annotations(a_report(a_finding(waiver=WAIVER))) == (
        "1 skill checked: 0 errors, 0 warnings, 0 info, 1 waived\n"
    )


def test_signs_of_the_commands_are_escaped_and_come_back_as_they_were():
    text = "100%,a:b%0A::error::x"
    finding = a_finding(path="a,b:c%.md", text=text)

    ((_, properties, message),) = commands(a_report(finding))

    assert properties["file"] == "skills/pdf-forms/a,b:c%.md"
    assert message.endswith(f"Found: {text}")


@given(hostile_reports())
def test_no_finding_can_start_another_command_or_add_a_property(report):
    told = list(commands(report))

    assert len(told) == sum(finding.waiver is None for finding in report.findings)
    assert all(properties.keys() <= {"file", "line", "col", "title"} for _, properties, _ in told)
