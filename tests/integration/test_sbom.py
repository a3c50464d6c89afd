"""Bills of materials: what dependency files of every kind say, as CycloneDX, and what hostile ones cannot do."""

import json
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from builders import Content, a_skill, skill_folder
from mcpskills import package, skill
from mcpskills.adapters import cyclonedx
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.sbom import bill


def document_of(folder: SkillFolder) -> bytes:
    read = skill.read(folder.entries[SKILL_FILE].content)
    return cyclonedx.document(bill.of(read, folder, package.build(folder).digest))


def sbom(files: dict[str, Content] | None = None, extra: str = "") -> dict[str, Any]:
    """The document about a skill with these files, which is always one that the schema takes."""
    written = document_of(skill_folder(files=files, extra=extra)).decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    document = json.loads(written)
    Bom.from_json(document)
    return document


def packages(document: dict[str, Any]) -> set[str]:
    """What the document lists: package URLs, and names where there are none."""
    return {component.get("purl", component["name"]) for component in document.get("components", [])}


def unread(document: dict[str, Any]) -> list[str]:
    return [found["value"] for found in document.get("properties", []) if found["name"] == "io.openmcpskills:unread"]


def properties(document: dict[str, Any], name: str) -> dict[str, list[str]]:
    """Of the component with that name, by property."""
    (component,) = [each for each in document["components"] if each["name"] == name]
    found: dict[str, list[str]] = {}
    for each in component.get("properties", []):
        found.setdefault(each["name"].removeprefix("io.openmcpskills:"), []).append(each["value"])
    return found


def test_the_skill_is_what_the_document_is_about():
    folder = skill_folder(extra='license: Apache-2.0\nmetadata:\n  version: "1.4"')

    document = json.loads(document_of(folder))

    subject = document["metadata"]["component"]
    digest = package.build(folder).digest.removeprefix("sha256:")
    assert (subject["name"], subject["version"], subject["type"]) == ("pdf-forms", "1.4", "application")
    assert subject["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert subject["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")


@pytest.mark.parametrize("licence", ["MIT OR Apache-2.0", "Proprietary. LICENSE.txt has the terms"])
def test_licences_of_all_kinds_are_told(licence):
    document = sbom(extra=f"license: {licence}")

    assert licence in json.dumps(document["metadata"]["component"]["licenses"])


def test_a_skill_without_dependency_files_has_no_dependencies():
    document = sbom({"scripts/fill.py": "print('done')\n"})

    assert packages(document) == set()
    assert unread(document) == []


def test_the_same_folder_gives_the_same_bytes_whatever_the_order_of_its_files():
    files = {"requirements.txt": "b==1\na>=2\n", "package.json": '{"dependencies": {"c": "^1"}}', "x.txt": "x"}
    one, other = skill_folder(files=files), skill_folder(files=dict(reversed(files.items())))

    assert document_of(one) == document_of(other)


def test_another_folder_gives_a_document_with_another_serial_number():
    assert sbom({"a.txt": "a"})["serialNumber"] != sbom({"a.txt": "b"})["serialNumber"]


def test_requirements_files_are_read():
    document = sbom(
        {"scripts/requirements.txt": "Requests[socks]==2.31.0 --hash=sha256:00\nrich>=13,<15\n-r other.txt\n"}
    )

    assert packages(document) == {"pkg:pypi/requests@2.31.0", "pkg:pypi/rich"}
    assert properties(document, "rich") == {"declaredIn": ["scripts/requirements.txt"], "wanted": ["<15,>=13"]}


def test_a_lock_of_requirements_is_read():
    assert packages(sbom({"requirements.lock": "idna==3.7 \\\n    --hash=sha256:00\n"})) == {"pkg:pypi/idna@3.7"}


def test_pyproject_and_inline_metadata_are_read():
    files = {
        "pyproject.toml": (
            '[project]\nname = "x"\ndependencies = ["httpx~=0.27"]\n[project.optional-dependencies]\npdf = ["pypdf==4.2.0"]\n'
            '[dependency-groups]\ntest = ["pytest"]\n[tool.poetry.dependencies]\nlxml = "5.2.1"\npython = "^3.11"\n'
        ),
        "scripts/run.py": '# /// script\n# dependencies = ["tabulate==0.9.0"]\n# ///\nprint()\n',
    }

    assert packages(sbom(files)) == {
        "pkg:pypi/httpx",
        "pkg:pypi/pypdf@4.2.0",
        "pkg:pypi/pytest",
        "pkg:pypi/lxml@5.2.1",
        "pkg:pypi/tabulate@0.9.0",
    }


def test_locks_of_python_are_read_without_the_project_itself():
    own = '[[package]]\nname = "own"\nversion = "0"\nsource = { virtual = "." }\n'
    files = {
        "uv.lock": own
        + '[[package]]\nname = "Click"\nversion = "8.1.7"\nsource = { registry = "https://pypi.org/simple" }\n',
        "sub/poetry.lock": '[[package]]\nname = "attrs"\nversion = "23.2.0"\n',
        "sub/pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "yarl"\nversion = "1.9.4"\n',
        "sub/Pipfile.lock": '{"default": {"six": {"version": "==1.16.0"}}, "develop": {"wheel": {}}}',
    }

    assert packages(sbom(files)) == {
        "pkg:pypi/click@8.1.7",
        "pkg:pypi/attrs@23.2.0",
        "pkg:pypi/yarl@1.9.4",
        "pkg:pypi/six@1.16.0",
        "pkg:pypi/wheel",
    }


def test_package_json_and_its_locks_are_read():
    second = {
        "": {"name": "own", "version": "1.0.0"},
        "node_modules/@scope/a": {"version": "1.0.0"},
        "node_modules/b/node_modules/c": {"version": "2.0.0"},
        "node_modules/alias": {"name": "real", "version": "3.0.0"},
        "node_modules/linked": {"link": True, "version": "4.0.0"},
        "local": {"version": "5.0.0"},
    }
    first = {"d": {"version": "6.0.0", "dependencies": {"e": {"version": "7.0.0"}}}}
    files = {
        "package.json": '{"dependencies": {"f": "8.0.0", "@scope/a": "^1"}, "devDependencies": {"g": ">=9"}}',
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": second}),
        "old/npm-shrinkwrap.json": json.dumps({"lockfileVersion": 1, "dependencies": first}),
    }

    assert packages(sbom(files)) == {
        "pkg:npm/%40scope/a@1.0.0",
        "pkg:npm/c@2.0.0",
        "pkg:npm/real@3.0.0",
        "pkg:npm/d@6.0.0",
        "pkg:npm/e@7.0.0",
        "pkg:npm/f@8.0.0",
        "pkg:npm/g",
    }


def test_cargo_is_read_without_the_crate_itself():
    lock = '[[package]]\nname = "own"\nversion = "0.1.0"\n[[package]]\nname = "serde"\nversion = "1.0.1"\nsource = "registry+x"\n'

    assert packages(sbom({"Cargo.lock": lock})) == {"pkg:cargo/serde@1.0.1"}


def test_a_range_gives_way_to_the_release_that_a_lock_says_and_both_files_are_named():
    document = sbom({"requirements.in": "rich>=13\n", "requirements.txt": "rich==14.0.0\n"})

    assert packages(document) == {"pkg:pypi/rich@14.0.0"}
    assert properties(document, "rich") == {"declaredIn": ["requirements.in", "requirements.txt"]}


def test_two_releases_of_one_package_are_both_listed():
    document = sbom({"a/requirements.txt": "rich==13.0.0\n", "b/requirements.txt": "rich==14.0.0\n"})

    assert packages(document) == {"pkg:pypi/rich@13.0.0", "pkg:pypi/rich@14.0.0"}


def test_packages_from_addresses_are_listed_without_the_secrets_in_them():
    document = sbom({"requirements.txt": "own @ git+https://ada:hunter2hunter2@example.org/own.git@main\n"})

    assert "hunter2" not in json.dumps(document)
    assert properties(document, "own")["address"][0].startswith("git+https://")


def test_every_dependency_is_one_of_the_skill():
    document = sbom({"requirements.txt": "a==1\nb==2\n"})

    (of_the_skill,) = [each for each in document["dependencies"] if each["ref"] == "skill"]
    assert of_the_skill["dependsOn"] == [component["bom-ref"] for component in document["components"]]


@pytest.mark.parametrize(
    ("path", "content", "fault"),
    [
        ("uv.lock", "[[package", "no valid TOML"),
        ("uv.lock", "a." * 200 + "b = 1", "dots"),
        ("uv.lock", b"\x00\x01\x02" * 99, "is no text"),
        ("poetry.lock", "x = 1\n" * 100_000, "has more than"),
        ("package-lock.json", "[" * 100_000, "nested too deep"),
        ("package-lock.json", '{"dependencies":' * 30 + "{}" + "}" * 30, None),
        ("package-lock.json", '{"a": 1' + "0" * 9_000 + "}", "no valid JSON"),
        ("Pipfile.lock", "{", "no valid JSON"),
        ("pyproject.toml", "=", "no valid TOML"),
        ("package.json", "{", "no valid JSON"),
        ("yarn.lock", "a@^1:\n", "not read"),
        ("go.mod", "module x\n", "not read"),
    ],
)
def test_a_dependency_file_that_cannot_be_read_is_said_to_be_and_stops_nothing(path, content, fault):
    document = sbom({path: content, "requirements.txt": "rich==14.0.0\n"})

    assert "pkg:pypi/rich@14.0.0" in packages(document)
    assert [path in told and fault in told for told in unread(document)] == ([True] if fault else [])


def test_a_lock_nested_deeper_than_any_tree_is_said_to_be_unread():
    nested: dict[str, Any] = {}
    for _ in range(60):
        nested = {"dependencies": {"a": {"version": "1", **nested}}}

    document = sbom({"package-lock.json": json.dumps(nested)})

    assert unread(document) == ["package-lock.json is nested too deep"]


def test_more_dependencies_than_fit_are_left_out_and_said_to_be():
    many = "".join(f"name-{index}==1\n" for index in range(1_500))
    files = {"a/requirements.txt": many, "b/requirements.txt": many.replace("name", "other"), "c/uv.lock": "["}

    found = bill.of(a_skill(), skill_folder(files=files), package.digest(b""))

    assert len(found.dependencies) == bill.MOST
    assert found.unread == (("b/requirements.txt", "declares more than fits: the skill has over 2000 dependencies"),)


@pytest.mark.parametrize(
    "value", [None, 1, [], {}, "x", [1], {"a": 1}, {"a": {"version": 1}}, [{"name": 1}], [{"name": ""}]]
)
def test_values_of_other_kinds_are_passed_over(value):
    files = {
        "package-lock.json": json.dumps({"packages": value, "dependencies": value}),
        "npm-shrinkwrap.json": json.dumps({"dependencies": value}),
        "Pipfile.lock": json.dumps({"default": value}),
        "package.json": json.dumps({"dependencies": value}),
    }

    assert unread(sbom(files)) == []


def test_names_that_would_break_a_terminal_or_a_reader_are_escaped():
    hostile = {
        "\x1b[31mred": "1.0.0",
        "\ud800": "1.0.0",
        "": "1.0.0",
        "a" * 9_000: "1.0.0",
        "../../x": "1.0.0",
        "@": "1.0.0",
    }

    document = sbom({"package.json": json.dumps({"dependencies": hostile})})

    names = [component["name"] for component in document["components"]]
    assert all(name.isprintable() and len(name) <= 400 for name in names)
    assert r"\x1b[31mred" in names


def test_a_file_of_dots_is_not_read_and_said_not_to_be():
    table = f"[{'a.' * 99}z]\n"
    dots = table + "\n".join(f"{'b.' * 99}k{number}=1" for number in range(400))

    document = sbom({"pyproject.toml": dots, "requirements.txt": "requests==2.31.0\n"})

    assert packages(document) == {"pkg:pypi/requests@2.31.0"}
    assert any("more than 30000 dots" in found for found in unread(document))


def test_dependency_files_are_read_as_far_as_they_fit():
    filling = "# " + "x" * 1_000_000 + "\n"
    files = {f"{number}/requirements.txt": f"p{number}==1.0\n{filling}" for number in range(6)}

    document = sbom({**files, "zzz.bin": "x" * 1_000_000})

    assert packages(document) == {f"pkg:pypi/p{number}@1.0" for number in range(4)}
    assert any(f"more than {bill.BYTES} bytes" in found and "4/requirements.txt" in found for found in unread(document))
