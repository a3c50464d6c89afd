"""The pages there are, as a table: a new one is a file in `pages/` and a row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from mcpskills import access
from mcpskills.access import Scope
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import plain
from mcpskills_dashboard.pages import (
    analytics,
    audit,
    edit,
    logs,
    new,
    proposal,
    proposals,
    releases,
    settings,
    skill,
    skills,
    upload,
)
from mcpskills_dashboard.visitor import Visitor

Show = Callable[[Visitor], None]


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page at an address. `section` is a key of `navigation.toml`; None for a page that others lead to, such as one skill's.

    `title` is a key of a catalog. Without the scope the page is not offered, and says so to who follows a link to it.
    """

    path: str
    title: str
    icon: str
    section: str | None
    scope: Scope | None
    show: Show


PAGES: Final = (
    PageRow("skills", "skills.title", ":material/deployed_code:", "registry", Scope.SKILLS_READ, skills.show),
    PageRow("skill", "skill.title", ":material/deployed_code:", None, Scope.SKILLS_READ, skill.show),
    PageRow("releases", "releases.title", ":material/rocket_launch:", "registry", Scope.RELEASES_READ, releases.show),
    PageRow("edit", "edit.title", ":material/edit:", None, Scope.PROPOSALS_WRITE, edit.show),
    PageRow("new", "new.title", ":material/add_circle:", "work", Scope.PROPOSALS_WRITE, new.show),
    PageRow("upload", "upload.title", ":material/upload_file:", "work", Scope.PROPOSALS_WRITE, upload.show),
    PageRow("proposals", "proposals.title", ":material/rate_review:", "work", Scope.PROPOSALS_READ, proposals.show),
    PageRow("proposal", "proposal.title", ":material/rate_review:", None, Scope.PROPOSALS_READ, proposal.show),
    PageRow("analytics", "analytics.title", ":material/monitoring:", "insight", Scope.STATISTICS_READ, analytics.show),
    PageRow("logs", "logs.title", ":material/receipt_long:", "insight", Scope.LOGS_READ, logs.show),
    PageRow("audit", "audit.title", ":material/history_edu:", "administration", Scope.AUDIT_READ, audit.show),
    PageRow("settings", "settings.title", ":material/settings:", "administration", None, settings.show),
)
"""In the order of the navigation; the first one is where a visit without an address begins."""


def chosen(visitor: Visitor | None, start: str | None = None) -> StreamlitPage:
    """The page that the address names, else `start` or the first one.

    Streamlit's own navigation stays hidden: it fetches icons from another machine.
    """
    made = {row.path: _page(row, visitor) for row in PAGES}
    st.session_state[_MADE] = made
    first = start or PAGES[0].path

    def lead() -> None:
        go(first, **st.query_params.to_dict())

    # Streamlit knows the page that a visit begins with by no other address than the bare one.
    begin = st.Page(lead, title=say("common.product"), default=True, url_path="begin")
    page: StreamlitPage = st.navigation([begin, *made.values()], position="hidden")
    return page


def draw(visitor: Visitor) -> None:
    """Links to the pages that the visitor may see, below the words of their sections."""
    section = None
    for row in PAGES:
        if row.section is None or not visitor.may(row.scope):
            continue
        if row.section != section:
            st.caption(say(f"navigation.{row.section}"))
            section = row.section
        link(row.path, say(row.title), icon=row.icon)


def link(path: str, label: str, /, *, icon: str | None = None, **parameters: str) -> None:
    """A link that leads to a page without leaving the visit."""
    st.page_link(_made(path), label=label, icon=icon, query_params=parameters or None)


def offer(visitor: Visitor, path: str, /, **parameters: str) -> None:
    """A link to a page by its own title and icon, for who may see it."""
    for row in PAGES:
        if row.path == path and visitor.may(row.scope):
            link(path, say(row.title), icon=row.icon, **parameters)


def go(path: str, /, **parameters: str) -> None:
    """Lead the visitor to a page now."""
    st.switch_page(_made(path), query_params=parameters or None)


def has(path: str) -> bool:
    """Whether there is such a page."""
    return any(row.path == path for row in PAGES)


def parameter(name: str) -> str | None:
    """What the address says beside the page, such as the name of a skill."""
    return st.query_params.get(name) or None


_MADE: Final = "pages"


def _made(path: str) -> StreamlitPage:
    page: StreamlitPage = st.session_state[_MADE][path]
    return page


def _page(row: PageRow, visitor: Visitor | None) -> StreamlitPage:
    def run() -> None:
        if visitor is None:
            return
        if visitor.may(row.scope):
            row.show(visitor)
        else:
            st.warning(_why_not(visitor, str(row.scope)), icon=":material/lock:")

    return st.Page(run, title=say(row.title), url_path=row.path)


def _why_not(visitor: Visitor, scope: str) -> str:
    """What somebody lacks for a page: a role at all, one that gives the scope, or a credential that is not narrowed."""
    if not visitor.me.roles:
        return say("navigation.no_role", name=plain(visitor.me.name))
    given = scope in access.scopes(visitor.me.roles)
    return say("navigation.narrowed" if given else "navigation.not_yours", scope=scope)
