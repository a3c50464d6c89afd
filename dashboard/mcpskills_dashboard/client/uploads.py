"""Skills on their way in: a zip is judged, or proposed. Nothing here changes what is served."""

from mcpskills import package
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.findings import Finding
from mcpskills_dashboard.client.rows import Row, read


class Report(Row):
    """What the rules say of a zip; `ok` means that nothing keeps the skill from going live."""

    ok: bool
    name: str
    files: int
    size: int
    findings: tuple[Finding, ...]


class Opened(Row):
    id: str
    title: str


class Proposed(Row):
    """The proposal that asks for the skill; `created` is false when the very same was open already."""

    created: bool
    folder: str
    proposal: Opened


def judged(api: Api, zipped: bytes) -> Report:
    """What the rules of the registry say. Refused for what is no zip of a skill."""
    return read(Report, api.send_file("/skills/validate", "skill.zip", zipped, package.MEDIA_TYPE))


def proposed(api: Api, zipped: bytes, *, title: str = "", message: str = "") -> Proposed:
    """Open a proposal with the skill. Refused with findings for one that breaks rules."""
    sent = {"title": title.strip(), "message": message.strip()}
    return read(Proposed, api.send_file("/skills/upload", "skill.zip", zipped, package.MEDIA_TYPE, **sent))
