"""What to tell a model whose search found nothing, so that its next one does."""

import difflib
import re
from collections.abc import Sequence

from mcpskills_server.replica import View
from mcpskills_server.suggestions import SHOWN, did_you_mean, similar_names

_TAGS = 200
_COMMON = 10
_LONGEST_TAG = 40


def nothing_found(view: View, asked: str, tags: Sequence[str]) -> str:
    if not view.snapshot.names:
        return "This registry has no skills yet."
    unknown = next((tag for tag in tags if not view.index.tagged([tag], limit=1)), None)
    if unknown is not None:
        return _no_such_tag(view, unknown)
    if tags and asked and view.index.search(asked, limit=1):
        return "Skills match the query, but none that carries all of these tags. Search again with fewer tags, or none."
    if tags and not asked:
        return "No skill carries all of these tags together. Search again with fewer of them."
    name = "-".join(re.findall(r"[^\W_]+", asked.lower()))
    return (
        f"No skill matches. {did_you_mean(similar_names(view, name))}Try other words for it: the task, the product or the "
        "file format, in English as well; or leave out query to list all skills by name."
    )


def _no_such_tag(view: View, tag: str) -> str:
    tag = tag.lower()
    known = view.index.tags(tag[:1], _TAGS)
    common = [each for each in view.index.tags("", _COMMON) if len(each) <= _LONGEST_TAG]
    listed = f" The commonest tags are {', '.join(common)}." if common else " No skill here carries tags."
    meant = did_you_mean(difflib.get_close_matches(tag, known, SHOWN))
    return f"No skill carries the tag {tag!r}. {meant}Search without it.{listed}"
