"""Every page that is looked at has its picture in both themes and every language; the gallery shows these and nothing else."""

import re
from pathlib import Path

from mcpskills_dashboard.language import NAMES
from shown_pages import PAGES

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "images" / "dashboard"
GALLERY = FOLDER / "README.md"
PICTURES = {f"{page}-{scheme}-{language}.webp" for page in PAGES for scheme in ("light", "dark") for language in NAMES}


def test_pages_and_their_pictures_are_the_same():
    assert {file.name for file in FOLDER.iterdir()} - {GALLERY.name} == PICTURES


def test_every_picture_is_one():
    heads = {name: (FOLDER / name).read_bytes()[:12] for name in PICTURES}

    assert [name for name, head in heads.items() if (head[:4], head[8:]) != (b"RIFF", b"WEBP")] == []


def test_the_gallery_shows_every_picture_once_and_is_led_to():
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", GALLERY.read_text(encoding="utf-8"))

    assert sorted(shown) == sorted(PICTURES)
    assert "](images/dashboard/README.md)" in (DOCS / "dashboard.md").read_text(encoding="utf-8")
