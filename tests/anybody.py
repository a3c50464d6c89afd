"""What lets stories that are not about who calls be told without keys; one that is sets MCPSKILLS_ANONYMOUS to nothing."""

SETTINGS = {
    "MCPSKILLS_ANONYMOUS": "owner",
    # Whatever key somebody exported for servers of their own.
    "MCPSKILLS_API_KEY": "",
    "MCPSKILLS_API_KEY_FILE": "",
    # A fleet wants one all the same.
    "MCPSKILLS_KEY_PEPPER": "a pepper that all stories have in common",
}
