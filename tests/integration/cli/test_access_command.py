"""`mcpskills access`: who sees which skills."""

import json

from builders import skill_folder
from command_line import mcpskills

WHY = ("--reason", "It knows salaries.")


def test_a_skill_is_restricted_to_groups_and_opened_again(service):
    service.publish(skill_folder())

    shut = mcpskills("access", "pdf-forms", "--group", "legal", "--group", "finance", *WHY, url=service.url)
    again = mcpskills("access", "pdf-forms", "--group", "finance", "--group", "legal", *WHY, url=service.url)
    shown = mcpskills("access", "pdf-forms", url=service.url)
    listed = mcpskills("access", url=service.url)
    fields = mcpskills("show", "pdf-forms", url=service.url)
    opened = mcpskills("access", "pdf-forms", "--everybody", *WHY, url=service.url)

    assert shut == (0, "pdf-forms is seen by finance, legal now.\n", "")
    assert again == (0, "pdf-forms is seen by finance, legal already.\n", "")
    assert shown == (0, "pdf-forms is seen by finance, legal.\n", "")
    assert listed[1].splitlines()[-1].split() == ["pdf-forms", "finance,", "legal", "yes"]
    assert ["Seen", "by", "finance,", "legal"] in [line.split() for line in fields[1].splitlines()]
    assert opened == (0, "pdf-forms is seen by everybody now.\n", "")
    assert mcpskills("access", "pdf-forms", url=service.url)[1] == "pdf-forms is seen by everybody.\n"
    assert mcpskills("access", url=service.url)[1] == "No skill is restricted.\n"


def test_a_name_is_restricted_before_a_skill_has_it(service):
    planned = mcpskills("access", "payroll", "--group", "finance", *WHY, url=service.url)
    listed = mcpskills("access", "--json", url=service.url)

    assert planned[1].splitlines() == [
        "payroll is seen by finance now.",
        "No skill is called payroll yet; the first version of one will be seen by finance.",
    ]
    assert json.loads(listed[1])["restrictions"] == [{"name": "payroll", "groups": ["finance"], "served": False}]


def test_a_restriction_takes_a_condition_and_a_clear_wish(service):
    service.publish(skill_folder())
    wish = ("access", "pdf-forms", "--group", "finance")

    stale = mcpskills(*wish, *WHY, "--if-generation", "0", url=service.url)
    both = mcpskills(*wish, "--everybody", *WHY, url=service.url)
    nameless = mcpskills("access", "--everybody", *WHY, url=service.url)
    why = mcpskills(*wish, url=service.url)

    assert "Expected the generation 0, but it is 1" in stale[2]
    assert "either --everybody or --group" in both[2]
    assert "either --everybody or --group" in nameless[2]
    assert "Say why with --reason." in why[2]
    assert [run[0] for run in (stale, both, nameless, why)] == [1] * 4
