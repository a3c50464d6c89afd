"""What a rule gets to see: a folder, read once for all rules."""

import codecs
from dataclasses import dataclass

from mcpskills import frontmatter as fm
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.frontmatter import Field, Frontmatter, FrontmatterError, Json
from mcpskills.validation.skill_schema import Breach, breaches

# SKILL.md above this is refused for its size anyway; splitting megabytes into lines would cost memory for nothing.
_LARGEST_READ = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside a skill.

    `rivals` are the folders to which it loses its name, see `claims.settle`, `lookalikes` other skills' names that could be
    taken for its own.
    """

    rivals: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()


ALONE = Neighbours()


@dataclass(frozen=True, slots=True)
class Subject:
    """A folder, prepared once for all rules.

    `text` is SKILL.md without its byte order mark and `frontmatter` what it says; both are None when there is no such file, it
    is not UTF-8, far too large, or its frontmatter cannot be read, which `error` then tells. `breaches` are where the frontmatter
    breaks its schema.
    """

    folder: SkillFolder
    text: str | None
    frontmatter: Frontmatter | None
    error: FrontmatterError | None
    neighbours: Neighbours = ALONE
    breaches: tuple[Breach, ...] = ()

    def field(self, key: str) -> Field | None:
        return self.frontmatter.fields.get(key) if self.frontmatter else None

    def value(self, key: str) -> Json:
        return self.frontmatter.data.get(key) if self.frontmatter else None

    def breaches_of(self, key: str) -> tuple[Breach, ...]:
        """Where a top-level field breaks the schema, or anything inside of it does."""
        return tuple(breach for breach in self.breaches if breach.path[0] == key)


def prepare(folder: SkillFolder, neighbours: Neighbours = ALONE) -> Subject:
    """Decode and parse what can be; never raises for what is in the folder."""
    entry = folder.entries.get(SKILL_FILE)
    if entry is None or not entry.is_file or entry.size > _LARGEST_READ:
        return Subject(folder, None, None, None, neighbours)
    try:
        text = entry.content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        parsed = fm.parse(text)
        return Subject(folder, text, parsed, None, neighbours, breaches(parsed.data))
    except UnicodeDecodeError:
        return Subject(folder, None, None, None, neighbours)
    except FrontmatterError as error:
        return Subject(folder, None, None, error, neighbours)
