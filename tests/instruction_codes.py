"""Which dangerous instructions are found in a text, and in a skill."""

from builders import skill_folder
from mcpskills.validation.file import File
from mcpskills.validation.policy import Policy
from mcpskills.validation.rules.instructions import RULES
from mcpskills.validation.validate import judge_file, validate

_OURS = {rule.code for rule in RULES}


def found(text, path="references/setup.md"):
    return {code for code, _ in judge_file(File(path, text.encode(), executable=False))} & _OURS


def found_in(**skill):
    return {finding.code for finding in validate(skill_folder(**skill), Policy()).findings} & _OURS
