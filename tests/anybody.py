"""What lets stories that are not about who calls, and how much, be told without keys and limits.

One that is sets MCPSKILLS_ANONYMOUS to nothing, or MCPSKILLS_PLAN to a plan.
"""

SETTINGS = {
    "MCPSKILLS_ANONYMOUS": "owner",
    "MCPSKILLS_PLAN": "unlimited",
    # A fleet wants one all the same.
    "MCPSKILLS_KEY_PEPPER": "a pepper that all stories have in common",
}
