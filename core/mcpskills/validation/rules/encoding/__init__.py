"""Rules about what the bytes of a text mean, and about characters that show something else than what is there."""

from mcpskills.validation.rules.encoding import (
    byte_order_mark,
    confusable_names,
    invisible_characters,
    skill_file_encoding,
    smuggled_text,
    wide_text,
)

RULES = (
    skill_file_encoding.RULE,
    byte_order_mark.RULE,
    invisible_characters.RULE,
    smuggled_text.RULE,
    wide_text.RULE,
    confusable_names.RULE,
)
