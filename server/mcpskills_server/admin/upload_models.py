"""What the admin API says of uploaded skills."""

from pydantic import ConfigDict

from mcpskills_server.admin import examples
from mcpskills_server.admin.model import Model
from mcpskills_server.admin.proposal_models import ProposalView
from mcpskills_server.problem import FindingView


class Validated(Model):
    """What the rules say. `ok` means that nothing keeps the skill from going live; `findings` may then still advise."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.VALIDATED})

    ok: bool
    name: str
    files: int
    size: int
    findings: tuple[FindingView, ...]


class Uploaded(Model):
    """The proposal that asks for the uploaded skill at `folder`; `created` is false when it was open already.

    Nothing is live before it is merged.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.UPLOADED})

    created: bool
    folder: str
    proposal: ProposalView
    findings: tuple[FindingView, ...]
