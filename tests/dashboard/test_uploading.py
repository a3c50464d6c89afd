"""A zip is judged before anything else, and becomes a proposal or a draft."""

import io
import re
import zipfile

from builders import skill_md
from dashboard_office import words

GOOD = {"SKILL.md": skill_md("uploaded", body="# Uploaded\n\nDo it.\n"), "scripts/do.py": "print(1)\n"}


def zipped(files: dict[str, str], folder: str = "uploaded") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(f"{folder}/{path}", text)
    return content.getvalue()


def uploaded(office, content: bytes, **visiting: str):
    visit = office.visit("upload", "developer", **visiting)
    return visit.file_uploader[0].set_value([("skill.zip", content, "application/zip")]).run()


def button(visit, label: str):
    return next(each for each in visit.button if each.label == label)


def test_a_good_zip_is_proposed_with_what_its_author_says(an_office):
    visit = uploaded(an_office, zipped(GOOD))
    visit.text_input[0].set_value("Do it at last")

    button(visit, "Propose").click().run()

    [found] = [
        each for each in an_office.admin("GET", "/proposals").json()["proposals"] if each["title"] == "Do it at last"
    ]
    assert found["author"] == "Ada's developer"
    assert an_office.admin("GET", "/skills/uploaded").status_code == 404


def test_a_skill_with_errors_is_shown_with_its_findings_and_cannot_be_proposed(an_office):
    visit = uploaded(an_office, zipped({"SKILL.md": "---\nname: uploaded\n---\n# No description\n"}))

    assert "keeps it from going live" in words(visit)
    assert "Propose" not in [each.label for each in visit.button]


def test_findings_are_told_in_the_readers_language_with_their_own_words_below(an_office):
    visit = uploaded(an_office, zipped({"SKILL.md": "---\nname: uploaded\n---\n# No description\n"}), language="zh")

    assert "**缺少必填字段**" in words(visit)
    assert "请在两行 `---` 之间填写" in words(visit)
    assert re.search(r"原文.the field \\`description\\` is missing", words(visit))


def test_what_is_no_zip_is_a_sentence(an_office):
    visit = uploaded(an_office, b"no zip at all")

    [error] = visit.error
    assert "not a zip" in error.value


def test_a_zip_may_be_edited_before_it_is_proposed(an_office):
    visit = uploaded(an_office, zipped(GOOD))

    button(visit, "Edit before proposing").click().run()

    draft = visit.session_state["drafts"]["new"]
    assert (draft.name, sorted(draft.files)) == ("uploaded", sorted(GOOD))
    assert [title.value for title in visit.title] == ["uploaded"]
