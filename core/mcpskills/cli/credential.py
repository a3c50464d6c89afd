"""What the commands say of who they are to a server. Secrets stand in no argument: everybody on a machine can list those."""

import os
from pathlib import Path
from typing import Final

from mcpskills.api_key import PREFIX, WholeKey
from mcpskills.errors import InvalidInputError

VARIABLE: Final = "MCPSKILLS_API_KEY"
FILE_VARIABLE: Final = "MCPSKILLS_API_KEY_FILE"

HOW: Final = f"`export {VARIABLE}=…`, or name a file that holds it in {FILE_VARIABLE}"
"""How one says it, for messages."""


def given() -> str | None:
    """The API key or token of the environment, else of the file that it names; None without either.

    Raises `InvalidInputError` for what no server could know; the message repeats none of it.
    """
    said, where = os.environ.get(VARIABLE, "").strip(), VARIABLE
    file = os.environ.get(FILE_VARIABLE, "")
    if not said and file:
        said, where = _content(Path(file)), f"the file {file} ({FILE_VARIABLE})"
    if not said and not file:
        return None
    if not said or not all("!" <= each <= "~" for each in said):
        raise InvalidInputError(f"Expected an API key in {where}, found something that is none.")
    if said.startswith(PREFIX) and WholeKey.parse(said) is None:
        raise InvalidInputError(
            f"The API key in {where} is not whole: expected all of `oms_<tenant>_<id>_<secret>`, as it was shown once."
        )
    return said


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{FILE_VARIABLE}: the file {file} cannot be read.") from error
