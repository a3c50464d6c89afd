"""SK069: scripts are executable, and nothing else is."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.binaries.kinds import program
from mcpskills.validation.rules.portability.scripts import shebang


def check(file: File) -> Iterator[Problem]:
    if shebang(file):
        if not file.executable:
            yield Problem(
                "the file starts with `#!` and is not executable",
                "Run `git update-index --chmod=+x` on it, or `mcpskills validate --fix`; or take the first line out.",
                line=1,
                column=1,
                text="not executable",
            )
    elif file.executable and not program(file.content):
        yield Problem(
            "the file is executable and does not say by `#!` what runs it",
            "Run `git update-index --chmod=-x` on it, or `mcpskills validate --fix`; or start it with a line such as "
            "`#!/usr/bin/env python3`.",
            text="executable",
        )


RULE = FileRule("SK069", "executable-bit", Severity.INFO, check)
