"""Secrets are compared in a time that tells nothing of them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEYED = re.compile(r"^(import hmac|from hmac import)", re.MULTILINE)


def test_whoever_makes_a_digest_of_a_secret_compares_it_in_constant_time():
    sources = {
        file: file.read_text(encoding="utf-8")
        for folder in ("core", "server", "publisher")
        for file in (ROOT / folder).rglob("*.py")
    }
    keyed = [file for file, text in sources.items() if KEYED.search(text)]

    assert {file.name for file in keyed} >= {"api_key.py", "signature.py"}
    assert [file.name for file in keyed if "compare_digest(" not in sources[file]] == []
