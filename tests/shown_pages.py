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
    "settings": {},
}
"""What the address of each says beside its path."""

PARTS = {
    "releases": ("refused", "health"),
    "settings": ("users", "secrets", "tenant", "roles"),
}
"""What `part` in the address may say beside the part that is shown first."""
