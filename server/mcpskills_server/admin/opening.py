"""Opening proposals: what is open already is given back instead of opened twice."""

from mcpskills.ports import Forge
from mcpskills.proposal import Proposal, ProposedChange
from mcpskills_server.admin.seen_forge import SeenForge


def open_once(forge: Forge | SeenForge, change: ProposedChange) -> tuple[Proposal, bool]:
    """The open proposal of exactly this change, and whether it was opened just now. Raises what `Forge.propose` does."""
    standing = forge.standing(change)
    return (standing, False) if standing else (forge.propose(change), True)
