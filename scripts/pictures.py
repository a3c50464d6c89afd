"""Takes the pictures of `docs/images/dashboard`: every page, in both themes and in every language, from a registry with a past.

Run it by `make pictures`; names of pages narrow it. Needs Chromium, as the tests do.
"""

import io
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import expect

from browsing import Visit, chromium, visiting
from dashboard_process import dashboard
from mcpskills_dashboard.language import NAMES, text
from pictured_office import pictured_office
from shown_pages import PAGES

FOLDER: Final = Path(__file__).parents[1] / "docs" / "images" / "dashboard"
SCHEMES: Final = ("light", "dark")
_SIZE: Final = {"width": 1360, "height": 900}
_QUALITY: Final = 80
_PENDING: Final = [text(each, "proposals.check.pending") for each in NAMES]


def main(wanted: Sequence[str]) -> None:
    pages = {name: PAGES[name] for name in wanted or PAGES}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as root,
        pictured_office(Path(root)) as office,
        dashboard(office.url) as url,
        chromium() as browser,
    ):
        for scheme in SCHEMES:
            for language in NAMES:
                with visiting(browser, url, scheme=scheme, viewport=_SIZE) as visit:
                    visit.open()
                    visit.sign_in(office.keys["owner"])
                    for page, parameters in pages.items():
                        visit.open(page, lang=language, **parameters)
                        visit.page.locator("section[data-testid=stSidebar]").wait_for()
                        _take(visit, FOLDER / f"{page}-{scheme}-{language}.webp")


def _take(visit: Visit, file: Path) -> None:
    visit.settled()
    # Proposals are looked at beside the page.
    expect(visit.page.get_by_text(re.compile("|".join(_PENDING)))).to_have_count(0)
    # Charts and editors draw after the script has run.
    visit.page.wait_for_load_state("networkidle")
    visit.page.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(visit.page.screenshot()))
    picture.convert("RGB").save(file, "WEBP", quality=_QUALITY, method=6)
    print(f"{file.name}: {file.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(sys.argv[1:])
