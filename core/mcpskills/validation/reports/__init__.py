"""The forms in which findings are told; `formats` has the table."""

from enum import StrEnum


class Format(StrEnum):
    """What a report can be."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    MARKDOWN = "markdown"
