"""Builders of findings and reports for tests of what is told about them."""

from hypothesis import strategies as st

from mcpskills.printable import printable
from mcpskills.validation.finding import Finding, Severity, fingerprint
from mcpskills.validation.reports.report import Report
from mcpskills.validation.rules import RULES

WAIVER = "The material that this skill teaches. (@example/security, until 2030-12-31)"


def a_finding(code="SK007", severity=Severity.ERROR, *, skill="pdf-forms", path="SKILL.md", text="short", **others):
    """About a file of a skill below `skills/`; `path` is relative to the skill, and empty for the folder as a whole."""
    values = {
        "line": 3 if path else None,
        "column": 14 if path else None,
        "message": "the description has 5 characters; at least 10 are needed",
        "fix": "Say what the skill does and when to use it.",
        "fingerprint": fingerprint(code, skill, path, text),
        "waiver": None,
        "of_folder": not path,
        **others,
    }
    whole = "/".join(part for part in ("skills", skill, path) if part)
    return Finding(code=code, severity=severity, skill=skill, path=whole, text=text, **values)


def a_report(*findings, skills=1, **others):
    return Report(skills, findings, **others)


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="`[]()<>!@#*_~|\\:/&;.- \n\r\t$^{}=+'\"1aA\u200b\u202e", max_size=60),
    st.lists(
        st.sampled_from(
            ["@octocat", "#1", "GH-1", "owner/repo#1", "https://evil.example", "www.evil.example", "a@evil.example", "`", "``",
             " ", "[x](http://evil.example)", "![x](//evil.example/i.png)", "<img src=x>", "<!--", "-->", "</details>", "|", "\\",
             "\n", "\r", "/merge", "::error::x", "##[add-mask]x", "%0A", "deadbeef", "1234567", "&#64;a", "&lt;b&gt;", "<https://evil.example>",
             "mailto:a@evil.example", "$x$", "```", "- [ ] x", "*x*", ":tada:", "[^1]", "{0}", "](1)", "word", "ftp://evil.example"]
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip
"""Texts that want to be more than text."""


@st.composite
def hostile_reports(draw):
    findings = [
        a_finding(
            draw(st.sampled_from(sorted(RULES))),
            draw(st.sampled_from(Severity)),
            skill=printable(draw(HOSTILE)),
            path=printable(draw(HOSTILE), 1200),
            text=printable(draw(HOSTILE), 200),
            message=printable(draw(HOSTILE), 600),
            fix=printable(draw(HOSTILE), 600),
            line=draw(st.none() | st.integers(1, 10**6)),
            column=None,
            waiver=draw(st.none() | HOSTILE.map(lambda text: printable(text, 600))),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return a_report(*findings)
