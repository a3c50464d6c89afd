"""The examples of the OpenAPI document: one skill that was rolled back, seen through every route."""

from typing import Any, Final

_DIGEST = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_COMMIT = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_TEXT = "---\nname: pdf-forms\ndescription: Fills in PDF forms.\n---\n# How to fill in a form\n"

_HOLD: Final = {
    "kind": "rollback",
    "version": 1,
    "instead_of": 2,
    "reason": "Version 2 drops table rows.",
    "actor": "Ada Author",
    "until": "lifted",
    "created_at": "2026-11-20T09:30:00Z",
    "expires_at": None,
    "standing": None,
}

SUMMARY: Final[dict[str, Any]] = {
    "name": "pdf-forms",
    "status": "ACTIVE",
    "live_version": 1,
    "wanted_version": 2,
    "wanted_standing": None,
    "label": "1.0.0",
    "description": "Fills in PDF forms.",
    "owner": "Ada Author",
    "path": "skills/office/pdf-forms",
    "tags": ["pdf", "office"],
    "updated_at": "2026-11-20T09:30:00Z",
    "hold": _HOLD,
    "load_error": None,
    "groups": [],
}

PAGE: Final[dict[str, Any]] = {"skills": [SUMMARY], "total": 1, "next_cursor": None, "generation": 42, "frozen": None}

_VERSION: Final = {
    "number": 1,
    "label": "1.0.0",
    "digest": _DIGEST,
    "size": 5120,
    "files": 1,
    "live": True,
    "wanted": False,
    "rewritten": False,
    "path": "skills/office/pdf-forms",
    "commit": _COMMIT,
    "tree": _COMMIT,
    "author": "Ada Author <ada@example.org>",
    "committed_at": "2026-11-19T16:00:00Z",
    "published_at": "2026-11-19T16:00:01Z",
    "evaluation": {
        "passed": 4,
        "failed": 1,
        "not_run": 2,
        "failures": [
            "evals/triggers.yaml:7: `fill this in`: at rank 2; it must be among the first 1; above it stands letters"
        ],
    },
    "standing": None,
    "signed": True,
    "sbom": _DIGEST,
}

VERSIONS: Final[dict[str, Any]] = {
    "name": "pdf-forms",
    "deleted": False,
    "live_version": 1,
    "wanted_version": 2,
    "versions": [_VERSION],
}

DETAIL: Final[dict[str, Any]] = {
    **SUMMARY,
    "license": "MIT",
    "compatibility": None,
    "author": "Ada Author",
    "metadata": {"author": "Ada Author", "version": "1.0.0", "tags": "pdf, office"},
    "allowed_tools": ["Read", "Bash(pdftk *)"],
    "user_invocable": True,
    "model": None,
    "context": None,
    "version": _VERSION,
    "files": [{"path": "SKILL.md", "kind": "instructions", "digest": _DIGEST, "size": 5120, "executable": False}],
    "served_version": 1,
    "generation": 42,
    "quarantined": [],
}

INSTRUCTIONS: Final[dict[str, Any]] = {
    "name": "pdf-forms",
    "version": 1,
    "digest": _DIGEST,
    "text": _TEXT,
    "frontmatter": {"name": "pdf-forms", "description": "Fills in PDF forms."},
}

CHANGE: Final[dict[str, Any]] = {"changed": True, "generation": 42, "skill": DETAIL}

_PROPOSAL: Final = {
    "id": "7",
    "title": "Roll pdf-forms back to version 1",
    "branch": "proposal/7",
    "commit": _COMMIT,
    "base": _COMMIT,
    "author": "Ada Author",
    "opened_at": "2026-11-20T09:30:01Z",
}

ROLLED_BACK: Final[dict[str, Any]] = {**CHANGE, "proposal": _PROPOSAL, "proposal_error": None}

_FINDING: Final = {
    "code": "SK014",
    "severity": "info",
    "skill": "pdf-forms",
    "path": "pdf-forms/SKILL.md",
    "line": 4,
    "column": 1,
    "message": "the field `colour` is not part of the format; it is kept, but few clients understand it",
    "fix": "Move it below `metadata`, or remove it.",
    "text": "colour",
    "fingerprint": "0123456789abcdef0123456789abcdef",
    "waiver": None,
}

VALIDATED: Final[dict[str, Any]] = {"ok": True, "name": "pdf-forms", "files": 3, "size": 9120, "findings": [_FINDING]}

UPLOADED: Final[dict[str, Any]] = {
    "created": True,
    "folder": "skills/pdf-forms",
    "proposal": {**_PROPOSAL, "title": "Add pdf-forms"},
    "findings": [],
}

STANDING: Final[dict[str, Any]] = {
    "changed": True,
    "generation": 43,
    "live_version": 1,
    "version": {
        **_VERSION,
        "number": 2,
        "live": False,
        "wanted": True,
        "standing": {
            "kind": "yanked",
            "reason": "It drops table rows.",
            "actor": "Ada Author",
            "at": "2026-11-20T09:30:00Z",
        },
    },
}

ACCEPT_HISTORY: Final[dict[str, Any]] = {"commit": _COMMIT, "reason": "A password was taken out of the history."}

HISTORY_ACCEPTED: Final[dict[str, Any]] = {"changed": True, "commit": _COMMIT}

PROVENANCE: Final[dict[str, Any]] = {
    "envelope": '{"payload":"eyJfdHlwZSI6…","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"…","sig":"…"}]}',
    "key_id": _DIGEST,
    "statement": {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "pdf-forms", "digest": {"sha256": _DIGEST.removeprefix("sha256:")}}],
    },
}

REPLICAS: Final[dict[str, Any]] = {
    "tenant": "default",
    "generation": 42,
    "replicas": [
        {"replica": "skills-5f7c9:1", "generation": 42, "current": True},
        {"replica": "skills-8d2b1:1", "generation": 41, "current": False},
    ],
}

AUDIT: Final[dict[str, Any]] = {
    "tenant": "default",
    "entries": [
        {
            "sequence": 7,
            "generation": 42,
            "at": "2026-11-20T09:30:00Z",
            "actor": "Ada Author",
            "action": "rollback",
            "skill": "pdf-forms",
            "detail": {"version": 1, "instead_of": 2, "reason": "It drops table rows.", "live": 1, "was_live": 2},
            "previous": _DIGEST.removeprefix("sha256:"),
            "hash": _DIGEST.removeprefix("sha256:"),
        }
    ],
    "next_after": None,
    "next_before": None,
    "head": {"sequence": 7, "hash": _DIGEST.removeprefix("sha256:")},
}
