"""Evals as authors write them, as other tools write them, and as nobody should."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import script, skill_folder, symlink, triggers
from mcpskills.evals.reading import MAX_BYTES, MAX_FILES, Evals, Script, Trigger, read
from mcpskills.folder import SkillFolder

RUN = "scripts:\n- run: scripts/fill.py\n  expect: {exit: 0}\n"


def folder(*files: str | bytes, **more) -> SkillFolder:
    """A skill whose evals are these files, `evals/0.yaml` and so on."""
    named = {f"evals/{number}.yaml": content for number, content in enumerate(files)}
    return skill_folder(files={**named, **more})


def flaws(*files: str | bytes) -> list[tuple[int | None, int | None, str, str]]:
    return [(flaw.line, flaw.column, flaw.message, flaw.fix) for flaw in read(folder(*files)).flaws]


def test_cases_are_read_with_their_defaults_and_places():
    text = (
        "triggers:\n"
        "  - request: fill in a form\n"
        "  - {request: paint, finds: false, within: 2}\n"
        "scripts:\n"
        "  - run: scripts/fill.py\n"
        '    args: ["--list", "a.pdf"]\n'
        "    stdin: text\n"
        "    expect: {exit: 1, stdout-contains: done}\n"
    )

    found = read(folder(text, **{"scripts/fill.py": script("")}))

    assert found == Evals(
        triggers=(
            Trigger("fill in a form", True, 5, "evals/0.yaml", 2),
            Trigger("paint", False, 2, "evals/0.yaml", 3),
        ),
        scripts=(Script("scripts/fill.py", ("--list", "a.pdf"), "evals/0.yaml", 5),),
        flaws=(),
    )


def test_the_cases_of_all_files_are_read_in_the_order_of_their_names():
    files = {"evals/b.yml": triggers("second"), "evals/a.yaml": triggers("first")}

    assert [case.request for case in read(skill_folder(files=files)).triggers] == ["first", "second"]


def test_what_other_tools_keep_there_is_left_alone():
    others = {
        "evals/evals.json": '{"skill_name": "x"}',
        "evals/README.md": "# Evals",
        "evals/data/table.yaml": "rows: 3",
        "other/evals/a.yaml": "rows: 3",
        "evals.yaml": "rows: 3",
        "evals/link.yaml": symlink("../SKILL.md"),
    }

    assert read(skill_folder(files=others)) == Evals((), (), ())


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("cases: []", (1, 1, "the file has the unknown key `cases`", "Expected are `triggers`, `scripts`.")),
        ("- one\n", (1, 1, 'the file must be a mapping, but is `["one"]`', "Write `triggers:` with a list")),
        ("", (1, 1, "the file has 0 keys; expected at least 1", "Write `triggers:` with a list")),
        ("triggers:\n- request: 5\n", (2, 12, "`triggers[0].request` must be text, but is `5`", "What somebody asks")),
        ("triggers:\n- finds: true\n", (2, 3, "`triggers[0]` lacks `request`", "A request, and whether")),
        ('triggers:\n- request: " "\n', (2, 12, '`triggers[0].request` must not be `" "`', "What somebody asks")),
        (
            "triggers:\n- request: a\n  within: 51\n",
            (3, 11, "`triggers[0].within` is `51`; expected at most 50", "Among how many of the first results"),
        ),
        (
            f"triggers:\n- request: {'a' * 1001}\n",
            (2, 12, "`triggers[0].request` has 1001 characters; expected at most 1000", "What somebody asks"),
        ),
        ("triggers: []\n", (1, 11, "`triggers` has 0 entries; expected at least 1", "Write a list of 1 to 100")),
        (
            "scripts:\n- run: a.py\n  expect: {stdout: a, stdout-contains: a}\n",
            (
                3,
                11,
                '`scripts[0].expect` must not be `{"stdout": "a", "stdout-contains": "a"}`',
                "Write `exit`, and one",
            ),
        ),
        (
            "scripts:\n- run: a.py\n  args: [1]\n  expect: {exit: 0}\n",
            (3, 10, "`scripts[0].args[0]` must be text, but is `1`", "Put it in quotes"),
        ),
        (RUN, (2, None, "the skill has no file `scripts/fill.py` to run", "Write the path of one of its files")),
        ("a: [", (2, 1, "the YAML cannot be read: did not find expected node content", "Correct the YAML there.")),
        ("a: *b", (1, 4, "the alias `*b` is not allowed", "Write the value out")),
        (b"\xff\xfe", (None, None, "it is not UTF-8", "Save it as UTF-8.")),
    ],
)
def test_a_flaw_names_the_place_and_what_is_expected(text, flaw):
    ((line, column, message, fix),) = flaws(text)

    assert (line, column, message) == flaw[:3]
    assert fix.startswith(flaw[3])


def test_a_file_with_a_flaw_contributes_no_case_and_leaves_the_others_alone():
    found = read(folder(triggers("good"), "triggers:\n- request: good\n- request: 5\n"))

    assert [case.request for case in found.triggers] == ["good"]
    assert [flaw.path for flaw in found.flaws] == ["evals/1.yaml"]


def test_more_cases_than_are_tried_are_a_flaw_in_one_file_and_over_several():
    hundred = triggers(*"a" * 100)

    assert flaws("triggers:\n" + "- request: a\n" * 101)[0][2] == "`triggers` has 101 entries; expected at most 100"
    assert flaws(hundred, triggers("one too many"))[0][2] == "the skill has more than 100 cases with this file"
    assert len(read(folder(hundred, triggers("one too many"))).triggers) == 100


def test_more_files_than_are_read_are_a_flaw():
    found = read(folder(*[triggers("a")] * (MAX_FILES + 2)))

    assert len(found.triggers) == MAX_FILES
    assert [flaw.message for flaw in found.flaws] == ["at most 10 files are read, in the order of their names"] * 2


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * (MAX_BYTES + 1),
        "triggers:\n" + "- {}\n" * 10_000,
        "triggers:\n" + "- request: a\n" * 4_000,
        "triggers: " + "[" * 30_000,
        "triggers:\n- {" + ",".join(f"k{number}: 1" for number in range(5_000)) + "}\n",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "!!python/object/apply:os.system [exit]\n",
        "triggers:\n- request: !!binary aGVsbG8=\n",
        "%YAML 1.1\n---\na: 1\n",
        "a: 1\n---\nb: 1\n",
        "triggers:\n- request: a\n  within: " + "9" * 1000 + "\n",
        b"\x00" * 1000,
        bytes(range(256)),
    ],
)
def test_hostile_files_give_few_flaws_and_no_case(hostile):
    found = read(folder(hostile))

    assert (found.triggers, found.scripts) == ((), ())
    assert 1 <= len(found.flaws) <= 10


@given(
    st.binary(max_size=200)
    | st.text(alphabet="triges:-[]{}&*! \n\"'0.?|>", max_size=200).map(lambda text: text.encode())
)
def test_no_bytes_make_it_fail(content):
    found = read(folder(content))

    assert found.flaws or found


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["triggers", "scripts", "request", "finds", "within", "run", "args", "expect", "exit", "x"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_shape_makes_it_fail(document):
    text = json.dumps(document)

    found = read(folder(text))

    assert found.flaws or found
