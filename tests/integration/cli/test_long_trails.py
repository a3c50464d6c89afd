"""Trails that are longer than what one wants to hold: they are taken page by page, as the server gives them."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog_builders import TENANT
from command_line import mcpskills
from mcpskills.audit import AuditEntry, Head, chained

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def an_entry(after, action):
    return chained(TENANT, after, AuditEntry(0, 1, NOW, "ada", action, None, {}))


FIRST = an_entry(Head(), "one")
SECOND = an_entry(Head(FIRST.sequence, FIRST.hash), "two")


def page(entry, following):
    fields = {name: getattr(entry, name) for name in AuditEntry.__slots__} | {"at": entry.at.isoformat()}
    head = {"sequence": SECOND.sequence, "hash": SECOND.hash}
    return {"tenant": TENANT, "entries": [fields], "next_after": following, "next_before": None, "head": head}


@contextmanager
def serving(pages):
    """A server with these pages by the sequence that they come after; of others it says that it fails."""

    class Trail(BaseHTTPRequestHandler):
        def do_GET(self):
            [after] = parse_qs(urlsplit(self.path).query)["after"]
            found = pages.get(int(after))
            self.send_response(503 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found or {"detail": "The catalog is away."}).encode())

        def log_message(self, *_):
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Trail) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_was_exported_before_the_server_failed_is_printed_already():
    with serving({0: page(FIRST, 1)}) as url:
        code, printed, told = mcpskills("audit", "export", url=url)

    assert (code, told) == (1, "error: The catalog is away.\n")
    assert [json.loads(line)["action"] for line in printed.splitlines()] == ["one"]


def test_a_chain_is_followed_from_page_to_page():
    with serving({0: page(FIRST, 1), 1: page(SECOND, None)}) as url:
        whole = mcpskills("audit", "verify", "--expect", FIRST.hash, url=url)

    assert whole == (0, f"The trail is whole: 2 entries, and the newest has the hash {SECOND.hash}.\n", "")


@pytest.mark.parametrize("second", [FIRST, an_entry(Head(1, "f" * 64), "two")])
def test_a_page_that_does_not_follow_the_one_before_shows(second):
    with serving({0: page(FIRST, 1), 1: page(second, None)}) as url:
        code, _, told = mcpskills("audit", "verify", url=url)

    assert (code, "The audit trail is not whole." in told) == (1, True)
