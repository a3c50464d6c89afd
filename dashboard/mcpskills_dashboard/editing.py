"""Working on a draft: the editor, what the rules say while one types, how it will look, and the way to a proposal."""

import difflib
import hashlib
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from mcpskills.errors import McpSkillsError
from mcpskills.folder import SKILL_FILE
from mcpskills.validation.skill_schema import skill_schema
from mcpskills_dashboard import differences, drafts, findings, fragments, language, navigation, problems
from mcpskills_dashboard.client import uploads
from mcpskills_dashboard.client.findings import Finding
from mcpskills_dashboard.client.uploads import Report
from mcpskills_dashboard.editor.component import Edited, Marked, Place, Surroundings, editor, heard
from mcpskills_dashboard.editor.draft import Draft, text_of
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import instructions, plain
from mcpskills_dashboard.visitor import Visitor

_EDITOR: Final = "editor"
_CHECKED: Final = "checked"
_PLACE: Final = "editor_place"
_WORDS: Final = "editor."
_HEIGHT: Final = 560
_VIEWS: Final = ("preview", "findings", "changes")


@dataclass(frozen=True, slots=True)
class _Checked:
    """What the rules said of files with this digest; `refusal` is why they could not say anything."""

    digest: str
    report: Report | None
    refusal: McpSkillsError | None


@fragments.fragment()
def draw(visitor: Visitor, which: str) -> None:
    """The draft that is kept under this name. Each change in the editor runs this again, and nothing else of the page."""
    kept = drafts.kept(which)
    if kept is None:
        return
    said = _said()
    draft = kept.after(said)
    drafts.keep(which, draft)
    checked = _checked(visitor, draft)
    report = checked.report
    found = report.findings if report else ()
    current = said.current if said and said.revision == draft.revision else SKILL_FILE
    left, right = st.columns([5, 3])
    with left:
        marks = [_marked(draft, finding) for finding in found]
        place = st.session_state.get(_PLACE)
        edited = Edited(draft.revision, draft.texts, current, marks, place, unsaved=bool(draft.changed))
        editor(edited, _surroundings(), key=_EDITOR)
    with right:
        _views(draft, current, checked)
    _propose(visitor, which, draft, checked)


def _said() -> Any:
    # What the browser said stands in the session before the editor is drawn: so its markers are of this very text.
    state = st.session_state.get(_EDITOR)
    return heard(state.get("draft")) if state is not None else None


def _checked(visitor: Visitor, draft: Draft) -> _Checked:
    zipped = draft.zipped
    digest = hashlib.sha256(zipped).hexdigest()
    before: _Checked | None = st.session_state.get(_CHECKED)
    if before is not None and before.digest == digest:
        return before
    try:
        checked = _Checked(digest, uploads.judged(visitor.api, zipped), None)
    except McpSkillsError as error:
        # What was found before still tells more than nothing. The next change asks again.
        return _Checked(digest, before.report if before else None, error)
    st.session_state[_CHECKED] = checked
    return checked


def _views(draft: Draft, current: str, checked: _Checked) -> None:
    count = len(checked.report.findings) if checked.report else 0
    names = {
        "preview": say("editing.preview"),
        "findings": say("editing.findings", number=count),
        "changes": say("editing.changes", number=len(draft.changed)),
    }
    view = st.segmented_control(
        say("editing.view"),
        _VIEWS,
        default="preview",
        required=True,
        format_func=names.__getitem__,
        key="editing_view",
        label_visibility="collapsed",
    )
    with st.container(height=_HEIGHT - 56, border=True):
        if view == "findings":
            _findings(draft, checked)
        elif view == "changes":
            _changes(draft)
        else:
            _preview(draft, current)


def _findings(draft: Draft, checked: _Checked) -> None:
    if checked.refusal is not None:
        problems.show(checked.refusal)
    if checked.report is not None:
        findings.verdict(ok=checked.report.ok, findings=checked.report.findings)
        findings.draw(checked.report.findings, go=lambda finding: _go(draft, finding))


def _preview(draft: Draft, current: str) -> None:
    path = current if current.endswith(".md") and current in draft.files else SKILL_FILE
    text = text_of(draft.files[path]) or ""
    front, body = _apart(text)
    st.caption(plain(path))
    if front:
        st.code(front, language="yaml", wrap_lines=True)
    st.markdown(instructions(body))


def _apart(text: str) -> tuple[str, str]:
    """A file's frontmatter without its marks, and what follows it."""
    head, mark, rest = text.partition("\n---")
    if not text.startswith("---") or not mark:
        return "", text
    return head.partition("\n")[2], rest.partition("\n")[2]


def _changes(draft: Draft) -> None:
    if not draft.changed:
        st.caption(say("editing.unchanged"))
    for path in draft.changed:
        st.markdown(f"**{plain(path)}**")
        differences.draw(_difference(draft, path))


def _difference(draft: Draft, path: str) -> str:
    sides = [text_of(entry) if (entry := files.get(path)) else "" for files in (draft.first, draft.files)]
    before, after = sides
    if before is None or after is None:
        return say("editing.no_text")
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))


def _propose(visitor: Visitor, which: str, draft: Draft, checked: _Checked) -> None:
    good = checked.report is not None and checked.report.ok and checked.refusal is None
    reason = None if draft.changed else say("editing.unchanged")
    if reason is None and not good:
        reason = say("editing.not_yet")
    with st.form(f"propose_{which}", border=True):
        title = st.text_input(say("editing.title"), placeholder=_title(draft), max_chars=200)
        message = st.text_area(say("editing.message"), max_chars=5000, height=80, help=say("editing.message_help"))
        st.caption(reason or say("editing.nothing_live"))
        asked = st.form_submit_button(
            say("editing.propose"), type="primary", icon=":material/rate_review:", disabled=reason is not None
        )
    if asked:
        with problems.part():
            with st.spinner(say("editing.proposing")):
                answer = uploads.proposed(visitor.api, draft.zipped, title=title, message=message)
            drafts.drop(which)
            # Whoever reviews it may ask for more; the way on is the editor of that name.
            drafts.keep(draft.name, draft)
            navigation.go("proposal", id=answer.proposal.id)


def _title(draft: Draft) -> str:
    return f"{'Add' if draft.origin is None else 'Update'} {draft.name}"


def _marked(draft: Draft, finding: Finding) -> Marked:
    path = draft.within(finding.path) or SKILL_FILE
    said = findings.one_text(finding)
    return Marked(path, finding.line, finding.column, finding.severity, said, finding.code)


def _go(draft: Draft, finding: Finding) -> None:
    before: Place | None = st.session_state.get(_PLACE)
    serial = before.serial + 1 if before else 1
    path = draft.within(finding.path) or SKILL_FILE
    st.session_state[_PLACE] = Place(serial, path, finding.line or 1, finding.column or 1)


def _surroundings() -> Surroundings:
    catalog = language.catalog(language.chosen())
    words = {key.removeprefix(_WORDS): said for key, said in catalog.items() if key.startswith(_WORDS)}
    return Surroundings(words, language.chosen(), skill_schema(), _HEIGHT)
