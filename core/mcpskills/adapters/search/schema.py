"""What an index holds of a skill, and which programs can read its files.

One more text to look in is a row in `FIELDS`, its content in `document`, and another number in `FORMAT`.
"""

from collections.abc import Collection, Mapping
from importlib import metadata
from typing import Final

import tantivy

from mcpskills.adapters.search import words
from mcpskills.skill import Skill

FIELDS: Final[Mapping[str, float]] = {"name": 2.0, "tags": 2.0, "description": 2.0, "body": 1.0}
"""The texts that words are looked for in, by their stems, with what a hit there weighs."""

NAME: Final = "id"
"""The name as it is, by which a skill is replaced and listed."""

TAG: Final = "tag"
"""Each tag as it is, in lower case."""

VOCABULARY: Final = "words"
"""The words of name, tags and description as they are written: what a word of a query may have been meant to be."""

RESTRICTED: Final = "restricted"
"""True for a skill that only some groups see; others have no such value."""

GROUP: Final = "group"
"""Each group that sees a restricted skill, as it is."""

FORMAT: Final = f"3, tantivy {metadata.version('tantivy')}"
"""What must be equal for the files of an index to be read; another schema, or other words, takes another number."""

_STEMS, _PLAIN = "stems", "plain"


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(NAME, stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(TAG, tokenizer_name="raw", index_option="basic")
    builder.add_boolean_field(RESTRICTED, indexed=True)
    builder.add_text_field(GROUP, tokenizer_name="raw", index_option="basic")
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name=_STEMS, index_option="freq")
    builder.add_text_field(VOCABULARY, tokenizer_name=_PLAIN, index_option="basic")
    return builder.build()


def prepared(index: tantivy.Index) -> tantivy.Index:
    """The index, able to cut texts into words: that is not in its files."""
    index.register_tokenizer(_STEMS, words.stems())
    index.register_tokenizer(_PLAIN, words.plain())
    return index


def document(skill: Skill, only: Collection[str] | None) -> tantivy.Document:
    """`only` are the groups that see it, None where everybody does."""
    tags, description = words.spaced(" ".join(skill.tags)), words.spaced(skill.description)
    made = tantivy.Document()
    made.add_text(NAME, skill.name)
    for tag in skill.tags:
        made.add_text(TAG, tag.lower())
    if only is not None:
        made.add_boolean(RESTRICTED, True)
        for group in only:
            made.add_text(GROUP, group)
    made.add_text("name", skill.name)
    made.add_text("tags", tags)
    made.add_text("description", description)
    made.add_text("body", words.spaced(skill.body))
    made.add_text(VOCABULARY, f"{skill.name} {tags} {description}")
    return made
