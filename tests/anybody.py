"""What lets stories that are not about who calls, and how much, be told without keys and limits.

One that is sets MCPSKILLS_ANONYMOUS to nothing, MCPSKILLS_PLAN to a plan, or how often credentials may fail.
"""

SETTINGS = {
    "MCPSKILLS_ANONYMOUS": "owner",
    "MCPSKILLS_PLAN": "unlimited",
    # Most stories look at no page, and it takes seconds to start.
    "MCPSKILLS_DASHBOARD": "false",
    # Nor at past days, of which a new publisher asks the journal one by one.
    "MCPSKILLS_JOURNAL_ARCHIVE": "false",
    "MCPSKILLS_FAILURES_PER_MINUTE": "1000000",
    # Whatever key somebody exported for servers of their own.
    "MCPSKILLS_API_KEY": "",
    "MCPSKILLS_API_KEY_FILE": "",
    # A fleet wants one all the same.
    "MCPSKILLS_KEY_PEPPER": "a pepper that all stories have in common",
}
