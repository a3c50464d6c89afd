"""The pages as they are looked at one by one, and their parts: for pictures, and for what must be so everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from builders import script, skill_folder
from steps_on_pages import Step, answer, choose, fill, first_row, hover, open_file, pick, press, send, show, tab

PAGES = {
    "skills": {},
    "skill": {"name": "pdf-forms"},
    "releases": {},
    "edit": {"name": "pdf-forms"},
    "new": {},
    "upload": {},
    "proposals": {},
    "proposal": {"id": "count-columns"},
    "analytics": {},
    "logs": {},
    "audit": {},
    "settings": {},
}
"""What the address of each says beside its path."""

DIALOG: Final = "[role=dialog]"
MENU: Final = "[role=menu]"
TOAST: Final = "[data-testid=stToast]"


@dataclass(frozen=True)
class Part:
    """What is on a page after some steps; it is there when `until`, a selector, finds something.

    `address` is what the address says. Parts that follow each other with one address begin on the page as the one before left it,
    but for its dialog or menu, which is closed.
    """

    name: str
    until: str
    steps: Sequence[Step] = ()
    address: Mapping[str, str] = field(default_factory=dict)


_DO: Final = "skill.actions"
_SET: Final = "settings.actions"
_FORMS: Final = {"name": "pdf-forms"}
_UNKNOWN: Final = skill_folder("uploaded", text="---\nname: uploaded\n---\n# No description\n")
_UPLOADED: Final = skill_folder("uploaded", files={"scripts/do.py": script("print(1)\n")})

_SKILL: Final = (
    Part("as its file", "[role=tabpanel] .stCode", (show("skill.as_file"),), _FORMS),
    Part("take offline", DIALOG, (press("skill.do.offline"), answer("skill.do.offline")), _FORMS),
    Part("roll back", DIALOG, (press("skill.do.rollback"), answer("skill.do.rollback")), _FORMS),
    Part("files", "[data-testid=stRadio]", (tab("skill.part.files"),), _FORMS),
    Part("versions", "[data-testid=stExpander]", (tab("skill.part.versions"),), _FORMS),
    Part("origin", "[data-testid=stDownloadButton]", (show("skill.origin"),), _FORMS),
    Part("bill of materials", "[data-testid=stExpander] code:has-text('pkg:pypi')", (), _FORMS),
    Part("actions", MENU, (press(_DO),), _FORMS),
    Part("yank", DIALOG, (choose("skill.do.yank", menu=_DO),), _FORMS),
    Part("revoke", DIALOG, (choose("skill.do.revoke", menu=_DO), answer("skill.do.revoke")), _FORMS),
    Part("promote", DIALOG, (choose("skill.do.promote", menu=_DO, nth=1),), _FORMS),
    Part("roll back to", DIALOG, (choose("skill.do.rollback", menu=_DO, nth=1),), _FORMS),
    Part("restore", DIALOG, (choose("skill.do.restore", menu=_DO, nth=2),), _FORMS),
    Part("compare", "[role=tabpanel] [data-testid=stSelectbox]", (tab("skill.part.comparing"),), _FORMS),
    Part("calls", "[data-testid=stVegaLiteChart]", (tab("skill.part.calls"),), _FORMS),
    Part("logs", "[data-testid=stDataFrame]", (tab("skill.part.logs"),), _FORMS),
    Part("details", "[role=tabpanel] table", (tab("skill.part.details"),), _FORMS),
    Part("lift", DIALOG, (press("skill.do.lift"),), {"name": "sql-review"}),
    Part("bring online", DIALOG, (press("skill.do.online"),), {"name": "translate-docs"}),
    Part("none", "[data-testid=stAlert]", (), {"name": "no-such-skill"}),
)
_RELEASES: Final = (
    Part("refused folders", "[data-testid=stMarkdown] code", (show("releases.part.refused"),)),
    Part("health", "table", (show("releases.part.health"),)),
    Part("compared", TOAST, (press("releases.compare"), hover(TOAST))),
)
_EDIT: Final = (
    Part("a file", "[role=treeitem][aria-selected=true]", (open_file("main.py"),), _FORMS),
    Part("findings", "[data-testid=stAlert]", (show("editing.findings", number=1),), _FORMS),
    Part("changes", "[data-testid=stCaptionContainer]", (show("editing.changes", number=0),), _FORMS),
    Part("a choice", "[data-testid=stTextInput]"),
)
_NEW: Final = (
    Part("a bad name", "[data-testid=stAlert]", (fill("new.name", "PDF Forms"),)),
    Part("begun", ".mcpskills-pane", (fill("new.name", "letter-writer"),)),
)
_UPLOAD: Final = (
    Part("a good one", "[data-testid=stForm]", (send(_UPLOADED),)),
    Part("one with errors", "[data-testid=stAlert]", (send(_UNKNOWN),), {"again": ""}),
)
_PROPOSAL: Final = (
    Part("approve", DIALOG, (press("proposal.approve"),), PAGES["proposal"]),
    Part("merge", DIALOG, (press("proposal.merge"),), PAGES["proposal"]),
    Part("close", DIALOG, (press("proposal.close"),), PAGES["proposal"]),
    Part("with findings", "[data-testid=stAlert]", (), {"id": "undescribed"}),
    Part("closed", "[data-testid=stAlert]", (), {"id": "unwanted"}),
)
_ANALYTICS: Final = (
    Part("a day", "[data-testid=stVegaLiteChart]", (), {"period": "24h"}),
    Part("one skill", "[data-testid=stVegaLiteChart]", (), _FORMS),
    Part("as a table", "[data-testid=stExpander] table", (show("analytics.as_table"),), _FORMS),
)
_LOGS: Final = (
    Part("paused", "[data-testid=stDateInput]", (show("logs.live"),)),
    Part("one request", DIALOG, (first_row,)),
    Part("export", DIALOG, (press("logs.export"), answer("logs.collect"))),
    Part("nothing", "[data-testid=stMain] h3", (), {"skill": "nobody"}),
)
_AUDIT: Final = (
    Part("verify", f"{DIALOG} .stCode", (press("audit.verify"), answer("audit.verify_button"))),
    Part("export", DIALOG, (press("audit.export"), answer("audit.collect"))),
    Part("one entry", DIALOG, (), {"entry": "3"}),
)
_SETTINGS: Final = (
    Part("change a key", DIALOG, (choose("keys.action.change", menu=_SET),)),
    Part("rotate a key", DIALOG, (choose("keys.action.rotate", menu=_SET),)),
    Part("revoke a key", DIALOG, (choose("keys.action.revoke", menu=_SET),)),
    Part("a new key", DIALOG, (press("keys.new"), answer("keys.make"))),
    Part(
        "a key shown once",
        ".stCode",
        (press("keys.new"), fill("keys.name", "Night batch"), pick("settings.roles"), answer("keys.make")),
    ),
    Part("users", "[data-testid=stMain] code", (show("settings.part.users"),)),
    Part("add a user", DIALOG, (press("users.new"),)),
    Part("change a user", DIALOG, (choose("users.action.change", menu=_SET),)),
    Part("shut out", DIALOG, (choose("users.action.shut_out", menu=_SET),)),
    Part("let in", DIALOG, (choose("users.action.let_in", menu=_SET, nth=1),)),
    Part("forget", DIALOG, (choose("users.action.forget", menu=_SET),)),
    Part("secrets", "[data-testid=stMain] code", (show("settings.part.secrets"),)),
    Part("a new secret", DIALOG, (press("secrets.new"),)),
    Part("another value", DIALOG, (choose("secrets.action.value", menu=_SET),)),
    Part("skills of a secret", DIALOG, (choose("secrets.action.grants", menu=_SET),)),
    Part("remove a secret", DIALOG, (choose("secrets.action.remove", menu=_SET),)),
    Part("tenant", "table", (show("settings.part.tenant"),)),
    Part("roles", "table", (show("settings.part.roles"),)),
)

PARTS: Final[Mapping[str, Sequence[Part]]] = {
    "skills": (Part("nothing", "[data-testid=stMain] h3", (), {"skills_search": "nobody"}),),
    "skill": _SKILL,
    "releases": _RELEASES,
    "edit": _EDIT,
    "new": _NEW,
    "upload": _UPLOAD,
    "proposal": _PROPOSAL,
    "analytics": _ANALYTICS,
    "logs": _LOGS,
    "audit": _AUDIT,
    "settings": _SETTINGS,
}
"""What stands on a page besides what it begins with: behind tabs, in dialogs, at other addresses."""
