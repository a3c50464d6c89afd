"""Monaco as a component of Streamlit. The other side of what is said here is `dashboard/editor-source/src/contract.ts`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import streamlit as st

from mcpskills.frontmatter import Json
from mcpskills_dashboard.editor import assets

# Streamlit imports these few lines from memory for each page; the editor itself is fetched once and kept.
_WAITING: Final = '<div class="mcpskills-waiting" aria-busy="true"></div>'
_SCRIPT: Final = """
export default async function (component) {
  const { assets, locale } = component.data;
  if (!document.getElementById("mcpskills-editor-style")) {
    const style = document.createElement("link");
    style.id = "mcpskills-editor-style";
    style.rel = "stylesheet";
    style.href = `${assets}/editor.css`;
    document.head.append(style);
  }
  const origin = window.location.origin;
  if (locale === "zh") await import(`${origin}${assets}/words.zh.js`);
  const { mount } = await import(`${origin}${assets}/editor.js`);
  component.parentElement.querySelector(".mcpskills-waiting")?.remove();
  return mount(component);
}
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """A finding as the editor marks it: `path` within the skill; `line` and `column` from 1, None for a file as a whole."""

    path: str
    line: int | None
    column: int | None
    severity: str
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor goes. `serial` is another one for each time that it is asked to go there."""

    serial: int
    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Edited:
    """What the editor shows.

    `texts` are the files by their path; None for one that cannot be edited as text. As long as `revision` stays, what is typed
    counts and `texts` is not looked at. With `unsaved` the browser asks before its page is closed.
    """

    revision: str
    texts: Mapping[str, str | None]
    current: str
    findings: Sequence[Marked] = ()
    place: Place | None = None
    read_only: bool = False
    unsaved: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What the editor says: of `revision`, the texts that were touched, and the paths that are there no more."""

    revision: str
    current: str
    texts: Mapping[str, str]
    removed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What does not change while one edits: the words, their language, the frontmatter's JSON Schema, the height in pixels."""

    words: Mapping[str, str]
    locale: str
    schema: Mapping[str, Json]
    height: int = 560


def editor(edited: Edited, surroundings: Surroundings, *, key: str) -> Change | None:
    """Show the editor, and give what was done in it; None before anything was."""
    shown = _monaco()(
        key=key,
        data={
            "assets": assets.ADDRESS,
            "locale": surroundings.locale,
            "revision": edited.revision,
            "files": [{"path": path, "text": text} for path, text in edited.texts.items()],
            "current": edited.current,
            "findings": [asdict(finding) for finding in edited.findings],
            "place": asdict(edited.place) if edited.place else None,
            "schema": dict(surroundings.schema),
            "readOnly": edited.read_only,
            "unsaved": edited.unsaved,
            "height": surroundings.height,
            "words": dict(surroundings.words),
        },
        default={"draft": None},
        on_draft_change=lambda: None,
        height=surroundings.height,
    )
    return heard(shown["draft"])


def heard(said: Any) -> Change | None:
    """What a browser says about the files; None for what no editor of ours says."""
    match said:
        case {"revision": str(revision), "current": str(current), "texts": dict(texts), "removed": list(removed)}:
            if all(isinstance(text, str) for text in (*texts, *texts.values(), *removed)):
                return Change(revision, current, texts, frozenset(removed))
    return None


def _monaco() -> Any:
    return st.components.v2.component("mcpskills_editor", html=_WAITING, js=_SCRIPT, isolate_styles=False)
