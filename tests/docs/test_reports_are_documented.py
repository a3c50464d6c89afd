import json
import re
from pathlib import Path

from findings import a_finding, a_report
from mcpskills.validation.reports.formats import FORMATS
from mcpskills.validation.reports.markdown import MARKER, MAX_BYTES
from mcpskills.validation.reports.sarif import MAX_RESULTS

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")


def section(name):
    return PAGE.partition(f"\n## `{name}`\n")[2].partition("\n## ")[0]


def test_formats_and_their_headings_are_the_same():
    assert re.findall(r"^## `(\w+)`$", PAGE, re.MULTILINE) == list(FORMATS)


def test_the_keys_of_the_json_are_those_that_it_has():
    document = json.loads(FORMATS["json"](a_report(a_finding())))

    assert re.findall(r"^\| `(\w+)`", section("json"), re.MULTILINE) == list(document)
    for of in (document["findings"][0], document["rules"]["SK007"]):
        assert [key for key in of if f"`{key}`" not in section("json")] == []


def test_the_limits_and_the_mark_are_those_of_the_code():
    assert f"{MAX_RESULTS:,} results" in section("sarif")
    assert f"{MAX_BYTES:,} bytes" in section("markdown")
    assert MARKER in section("markdown")
