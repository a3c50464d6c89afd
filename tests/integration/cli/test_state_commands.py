"""Commands that decide about versions, and the one that checks the trail of all decisions."""

import json
import re
import sqlite3
from contextlib import closing

import pytest

from builders import skill_folder
from catalog_builders import TENANT, lease_of
from command_line import mcpskills
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from principal_builders import ADA, a_key

WHY = ("--reason", "It drops rows.")


def test_versions_are_yanked_revoked_restored_and_promoted(service):
    service.publish(skill_folder(body="One.\n"))
    service.publish(skill_folder(body="Two.\n"))

    yanked = mcpskills("yank", "pdf-forms", "2", *WHY, url=service.url)
    again = mcpskills("yank", "pdf-forms", "2", *WHY, url=service.url)
    listed = mcpskills("versions", "pdf-forms", url=service.url)
    revoked = mcpskills("revoke", "pdf-forms", "1", *WHY, url=service.url)
    restored = mcpskills("restore", "pdf-forms", "2", url=service.url)
    promoted = mcpskills("promote", "pdf-forms", "1", *WHY, url=service.url)

    assert yanked == (0, "Version 2 of pdf-forms is yanked (It drops rows.).\npdf-forms serves version 1.\n", "")
    assert again[1].startswith("Version 2 of pdf-forms is yanked (It drops rows.) already.")
    assert "wanted, yanked: It drops rows." in listed[1]
    assert revoked[1].endswith("Nothing is live of pdf-forms.\n")
    assert restored[1] == "Version 2 of pdf-forms is in good standing.\npdf-forms serves version 2.\n"
    assert promoted[0] == 1
    assert "was revoked (It drops rows.)" in promoted[2]


def test_a_skill_goes_offline_and_comes_back(service):
    service.publish(skill_folder())

    gone = mcpskills("offline", "pdf-forms", *WHY, url=service.url)
    back = mcpskills("online", "pdf-forms", url=service.url)

    assert gone == (0, "pdf-forms is offline now; `mcpskills online pdf-forms` brings it back.\n", "")
    assert back == (0, "pdf-forms serves version 1 again.\n", "")


def test_a_command_on_the_condition_of_an_older_generation_changes_nothing(service):
    service.publish(skill_folder())

    code, _, told = mcpskills("offline", "pdf-forms", *WHY, "--if-generation", "0", url=service.url)

    assert code == 1
    assert "Expected the generation 0, but it is 1" in told


def test_lift_and_rollback_take_a_condition_as_well_and_show_and_list_print_the_generation(service):
    service.publish(skill_folder(body="One.\n"))
    service.publish(skill_folder(body="Two.\n"))

    shown = mcpskills("show", "pdf-forms", url=service.url)
    listed = mcpskills("list", url=service.url)
    stale = mcpskills("rollback", "pdf-forms", *WHY, "--if-generation", "1", url=service.url)
    done = mcpskills("rollback", "pdf-forms", *WHY, "--if-generation", "2", url=service.url)
    late = mcpskills("lift", "pdf-forms", "--if-generation", "2", url=service.url)

    assert ["Generation", "2"] in [line.split() for line in shown[1].splitlines()]
    assert listed[1].splitlines()[-1] == "Generation 2"
    assert [run[0] for run in (stale, done, late)] == [1, 0, 1]
    assert "Expected the generation 2, but it is 3" in late[2]


def test_commands_say_that_nothing_is_live_and_why(service):
    service.publish(skill_folder())
    mcpskills("offline", "pdf-forms", *WHY, url=service.url)
    mcpskills("yank", "pdf-forms", "1", *WHY, url=service.url)
    why = "version 1, which Git wants, was yanked: It drops rows."

    online = mcpskills("online", "pdf-forms", url=service.url)
    again = mcpskills("online", "pdf-forms", url=service.url)
    lift = mcpskills("lift", "pdf-forms", url=service.url)
    listed = mcpskills("list", url=service.url)
    shown = mcpskills("show", "pdf-forms", url=service.url)

    assert online[1] == f"pdf-forms is offline no more, but nothing is live of pdf-forms: {why}\n"
    assert again[1] == f"pdf-forms was not offline, but nothing is live of pdf-forms: {why}\n"
    assert lift[1] == f"pdf-forms is under no hold; nothing is live of pdf-forms: {why}\n"
    assert why in listed[1]
    fields = dict(line.rstrip().split("  ", maxsplit=1) for line in shown[1].splitlines() if "  " in line)
    assert (fields["Live version"].strip(), fields["Wanted by Git"].strip()) == ("none", "1 (yanked: It drops rows.)")


def test_lift_does_not_say_that_git_wants_an_older_version(service):
    service.publish(skill_folder(body="One.\n"))
    service.publish(skill_folder(body="Two.\n"))
    mcpskills("rollback", "pdf-forms", *WHY, url=service.url)
    mcpskills("yank", "pdf-forms", "2", *WHY, url=service.url)

    lift = mcpskills("lift", "pdf-forms", url=service.url)

    assert lift[1] == "pdf-forms serves version 1 now: version 2, which Git wants, was yanked: It drops rows.\n"


def test_a_rewritten_history_is_accepted_with_its_head_and_a_reason(service):
    service.catalog.freeze(lease_of(service.catalog), "It was rewritten.")
    accept = ("publisher", "accept-history", "--commit", "b" * 40, *WHY)

    first = mcpskills(*accept, url=service.url)
    second = mcpskills(*accept, "--json", url=service.url)
    unnamed = mcpskills("publisher", "accept-history", *WHY, url=service.url)

    assert first == (0, f"Publishing goes on from {'b' * 40}.\n", "")
    assert json.loads(second[1]) == {"changed": False, "commit": "b" * 40}
    assert unnamed[0] == 2
    assert service.catalog.published(TENANT).accepted == "b" * 40


def test_the_trail_is_listed_and_verified(service):
    service.publish(skill_folder())
    mcpskills("offline", "pdf-forms", *WHY, url=service.url)

    listed = mcpskills("audit", url=service.url)
    code, verified, _ = mcpskills("audit", "verify", "--json", url=service.url)
    head = json.loads(verified)
    kept = mcpskills("audit", "verify", "--expect", head["hash"], url=service.url)
    foreign = mcpskills("audit", "verify", "--expect", "0" * 64, url=service.url)

    assert "reason It drops rows." in listed[1]
    assert (code, head["sequence"]) == (0, 2)
    assert kept == (0, f"The trail is whole: 2 entries, and the newest has the hash {head['hash']}.\n", "")
    assert foreign[0] == 1
    assert "was cut or written anew" in foreign[2]


def test_a_trail_in_which_keys_were_granted_and_revoked_is_whole(service):
    service.publish(skill_folder())
    with closing(SqlitePrincipals(service.root / "catalog.sqlite")) as principals:
        principals.add_key(a_key(), ADA)
        principals.note(TENANT, "denied", ADA, {"scope": "users:write"})
        mcpskills("offline", "pdf-forms", *WHY, url=service.url)
        principals.revoke_key(TENANT, "k1", "Leaked.", ADA)

    listed = mcpskills("audit", url=service.url)[1].splitlines()
    code, verified, _ = mcpskills("audit", "verify", "--json", url=service.url)

    assert (code, json.loads(verified)["sequence"]) == (0, 5)
    assert "key k1, name Key k1, reason Leaked., source 192.0.2.7, request req-1" in listed[-1]


def test_an_entry_says_that_nothing_is_live_any_more_and_when_to_the_second(service):
    service.publish(skill_folder())
    mcpskills("offline", "pdf-forms", *WHY, url=service.url)

    rows = mcpskills("audit", url=service.url)[1].splitlines()

    assert "live none, was live 1" in rows[-1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", rows[-1].split()[1])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["verify", "--after", "0"], "--after goes with"),
        (["list", "--expect", "0" * 64], "--expect goes with"),
        (["verify", "--expect", "0" * 12], "64 lower-case hex digits"),
        (["verify", "--expect", "F" * 64], "64 lower-case hex digits"),
    ],
)
def test_an_option_of_the_audit_that_would_be_passed_over_is_wrong_usage(options, said):
    code, _, told = mcpskills("audit", *options)

    assert (code, said in told) == (2, True)


def test_a_trail_that_somebody_cut_shows(service):
    service.publish(skill_folder())
    mcpskills("offline", "pdf-forms", *WHY, url=service.url)
    with closing(sqlite3.connect(service.root / "catalog.sqlite")) as database:
        database.executescript("DROP TRIGGER audit_is_kept; DELETE FROM audit WHERE sequence = 2;")

    code, _, told = mcpskills("audit", "verify", url=service.url)

    assert code == 1
    assert "should have 2 entries" in told
