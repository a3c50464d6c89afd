"""What clients ask of a skill, while they ask it."""

from mcpskills_dashboard.client.logs import Wanted
from mcpskills_dashboard.client.skills import SkillDetail
from mcpskills_dashboard.journal import listing
from mcpskills_dashboard.visitor import Visitor


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    live = listing.is_live()
    listing.draw(visitor, Wanted(skill=detail.name), live=live)
