"""What the rules found in a skill."""

from mcpskills_dashboard.client.rows import Row


class Finding(Row):
    """`path` includes the skill's folder; `line` and `column` count from 1, None for a file or a folder as a whole.

    `severity` is error, warning or info; a `waiver` says by whose leave an error does not count.
    """

    code: str
    severity: str
    skill: str = ""
    path: str
    line: int | None = None
    column: int | None = None
    message: str
    fix: str = ""
    waiver: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether it keeps the skill from going live."""
        return self.severity == "error" and self.waiver is None
