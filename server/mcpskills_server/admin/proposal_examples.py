"""The examples of the OpenAPI document about proposals: one that mends a skill."""

from typing import Any, Final

_COMMIT = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_BY = "Ada Author"

SUMMARY: Final[dict[str, Any]] = {
    "id": "update-pdf-forms-1f2e3d4c",
    "title": "Update pdf-forms",
    "branch": "proposal/update-pdf-forms-1f2e3d4c",
    "commit": _COMMIT,
    "base": _COMMIT,
    "author": "Ada Author",
    "opened_at": "2026-11-20T09:30:01Z",
    "state": "open",
    "approved": True,
    "approvals": [{"by": _BY, "at": "2026-11-20T10:00:00Z", "commit": _COMMIT, "comment": "Looks right."}],
    "check": {"status": "passed", "errors": 0, "warnings": 1, "checked_at": "2026-11-20T09:30:05Z"},
    "ending": None,
    "url": None,
}

PAGE: Final[dict[str, Any]] = {"proposals": [SUMMARY], "total": 1, "next_cursor": None}

DETAIL: Final[dict[str, Any]] = {
    **SUMMARY,
    "ok": True,
    "findings": [],
    "skills": [
        {
            "path": "skills/pdf-forms",
            "name": "pdf-forms",
            "change": "changed",
            "live_version": 2,
            "files": [
                {
                    "path": "SKILL.md",
                    "change": "changed",
                    "diff": "--- a/SKILL.md\n+++ b/SKILL.md\n@@ -5,1 +5,1 @@\n-1. List fields.\n+1. List all fields.",
                    "note": None,
                }
            ],
            "ok": True,
            "findings": [],
            "evaluation": {"passed": 3, "failed": 0, "not_run": 1, "failures": []},
        }
    ],
    "elsewhere": [],
    "left_out": 0,
}

APPROVAL: Final[dict[str, Any]] = {"head": _COMMIT, "comment": "Looks right."}
MERGE: Final[dict[str, Any]] = {"head": _COMMIT}
CLOSE: Final[dict[str, Any]] = {"comment": "Not needed any more."}
