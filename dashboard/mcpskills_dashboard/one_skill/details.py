"""What the skill says of itself, and what the registry knows of it."""

import streamlit as st

from mcpskills_dashboard import moments
from mcpskills_dashboard.client.skills import SkillDetail
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.one_skill.versions import details
from mcpskills_dashboard.visitor import Visitor


def draw(visitor: Visitor, detail: SkillDetail) -> None:
    del visitor
    rows = [
        (say("skill.owner"), plain(detail.owner or moments.NOTHING)),
        (say("skill.folder"), code(detail.path)),
        (say("skill.license"), plain(detail.license or moments.NOTHING)),
        (say("skill.compatibility"), plain(detail.compatibility or moments.NOTHING)),
        (say("skill.tools"), " ".join(map(code, detail.allowed_tools)) or moments.NOTHING),
        (say("skill.seen_by"), " ".join(map(code, detail.groups)) or say("skill.everybody")),
        (say("skill.updated"), moments.exactly(detail.updated_at)),
    ]
    if detail.version is not None:
        rows.append((say("skill.digest"), code(detail.version.digest)))
    rows += [(plain(name), plain(value)) for name, value in sorted(detail.metadata.items())]
    details(rows)
    for folder in detail.quarantined:
        said = say(
            "skill.refused_folder", path=code(folder.path), when=moments.at(folder.at), reason=plain(folder.reason)
        )
        st.error(said, icon=":material/block:")
