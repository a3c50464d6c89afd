"""The table of reports.

To add one: a module here with its function, a name in `Format`, a row in `FORMATS`, a heading in docs/reports.md.
"""

from collections.abc import Callable, Mapping

from mcpskills.validation.reports import Format
from mcpskills.validation.reports.annotations import as_annotations
from mcpskills.validation.reports.json_document import as_json
from mcpskills.validation.reports.markdown import as_markdown
from mcpskills.validation.reports.report import Report
from mcpskills.validation.reports.sarif import as_sarif
from mcpskills.validation.reports.text import as_text

FORMATS: Mapping[Format, Callable[[Report], str]] = {
    Format.TEXT: as_text,
    Format.JSON: as_json,
    Format.SARIF: as_sarif,
    Format.GITHUB: as_annotations,
    Format.MARKDOWN: as_markdown,
}
"""Each gives a whole document, which ends with a line feed."""
