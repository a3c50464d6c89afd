"""The pages as they are looked at one by one: for pictures, and for what must be so on every page."""

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
}
"""What the address of each says beside its path."""
