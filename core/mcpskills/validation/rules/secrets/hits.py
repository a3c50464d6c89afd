"""What all detectors find in one file, worked out once for all rules about secrets."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mcpskills.validation.file import File
from mcpskills.validation.rules.secrets.candidates import Place, Sort, Unfinished, has_places, places
from mcpskills.validation.rules.secrets.hit import Family, Hit
from mcpskills.validation.rules.secrets.placeholder import is_placeholder
from mcpskills.validation.rules.secrets.redaction import redact


@dataclass(frozen=True, slots=True)
class Hits:
    """`found` has no placeholders. `unfinished` when a file has more places for tokens than are looked at."""

    found: tuple[Hit, ...]
    unfinished: bool = False

    def of(self, family: Family) -> Iterator[Hit]:
        return (hit for hit in self.found if hit.family is family)


# The rules ask one after another about the same file.
@lru_cache(maxsize=2)
def hits(file: File) -> Hits:
    """Bounded in time; empty for a file that is no text."""
    looked_at = list(places(file))
    if not looked_at:
        return Hits(())
    # Late, because detect-secrets takes 0.3 seconds to import, which a run over files that did not change need not pay.
    from mcpskills.validation.rules.secrets.detectors import hits_at  # noqa: PLC0415

    # Their number needs no limit of its own, behind which a secret could hide: `places` bounds it.
    found = (hit for place in looked_at if isinstance(place, Place) for hit in hits_at(place, file.path))
    secrets = tuple(dict.fromkeys(hit for hit in found if not is_placeholder(hit.secret)))
    return Hits(secrets, Unfinished(Sort.TOKEN) in looked_at)


def redacted(text: str) -> str:
    """A short text with everything redacted in it that a detector takes for a secret."""
    # What has a NUL is read in several ways.
    if "\0" not in text and not has_places(text):
        return text
    for hit in hits(File("", text.encode("utf-8", "replace"), executable=False)).found:
        text = text.replace(hit.secret, redact(hit.secret))
    return text
