"""A skill while somebody works on it: its files, where they came from, and what is done to them. Nothing here asks or draws."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from mcpskills import package
from mcpskills.folder import SKILL_FILE, Entry, SkillFolder
from mcpskills_dashboard.editor.component import Change

EDITABLE_BYTES: Final = 256 * 1024
"""Of a file above which it is kept as it is: a page that sends it to and fro for each word would be slow."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The files by their path. `origin` is the version that they came from, None for a new skill; `first` is what they were then.

    `revision` is another one for each draft, so that what a browser says about an older one is known as such.
    """

    name: str
    origin: int | None
    first: Mapping[str, Entry]
    files: Mapping[str, Entry]
    revision: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def texts(self) -> Mapping[str, str | None]:
        """What the editor gets: None for a file that is no text, or too long to be edited."""
        return {path: text_of(entry) for path, entry in self.files.items()}

    @property
    def changed(self) -> tuple[str, ...]:
        """The paths whose files are not what they were at first."""
        both = sorted({*self.first, *self.files})
        return tuple(path for path in both if self.first.get(path) != self.files.get(path))

    @property
    def zipped(self) -> bytes:
        """The skill in its folder, as an upload takes it; the same files give the same bytes."""
        return package.build(
            SkillFolder(self.name, {f"{self.name}/{path}": entry for path, entry in self.files.items()})
        ).archive

    def after(self, change: Change | None) -> "Draft":
        """With what was done in the editor; itself for a change of another draft. It may be applied again and again."""
        if change is None or change.revision != self.revision:
            return self
        kept = {path: entry for path, entry in self.files.items() if path not in change.removed}
        typed = {path: self._typed(path, text) for path, text in change.texts.items()}
        files = {**kept, **typed}
        return self if files == self.files or SKILL_FILE not in files else replace(self, files=files)

    def within(self, path: str) -> str | None:
        """The draft's own path of one that includes the skill's folder; None for the folder itself."""
        parts = path.split("/")
        return next((tail for at in range(len(parts)) if (tail := "/".join(parts[at:])) in self.files), None)

    def _typed(self, path: str, text: str) -> Entry:
        before = self.files.get(path) or self.first.get(path)
        # Surrogates are half a character; a browser may send them, and no file can hold them.
        return Entry.file(text.encode("utf-8", "replace"), executable=before is not None and before.executable)


def begun(name: str, files: Mapping[str, Entry], origin: int | None = None) -> Draft:
    """A draft of these files. A new skill has nothing that it was at first, so all of it is a change."""
    return Draft(name, origin, {} if origin is None else dict(files), dict(files))


def text_of(entry: Entry) -> str | None:
    """The text of a file; None for what is none, or too long to be edited."""
    if len(entry.content) > EDITABLE_BYTES or b"\0" in entry.content:
        return None
    try:
        return entry.content.decode("utf-8")
    except UnicodeDecodeError:
        return None
