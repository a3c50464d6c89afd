"""What lets stories that are not about who calls be told without keys; one that is sets MCPSKILLS_ANONYMOUS to nothing."""

SETTINGS = {
    "MCPSKILLS_ANONYMOUS": "owner",
    # A fleet wants one all the same.
    "MCPSKILLS_KEY_PEPPER": "a pepper that all stories have in common",
}
