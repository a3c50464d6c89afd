"""A real nginx in front of a server on loopback, with the lines that docs/reverse-proxy.md recommends."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stand_ins.processes import free_port, server

_PAGE = Path(__file__).parents[2] / "docs" / "reverse-proxy.md"
_DOCUMENTED_SERVER = "http://127.0.0.1:8000"
_AROUND = """
daemon off;
master_process off;
pid {at}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {at}/body;
    proxy_temp_path {at}/proxy;
    fastcgi_temp_path {at}/fastcgi;
    uwsgi_temp_path {at}/uwsgi;
    scgi_temp_path {at}/scgi;
    server {{
        listen 127.0.0.1:{port};
        {documented}
    }}
}}
"""


@contextmanager
def nginx_server(before: str, at: Path) -> Iterator[str]:
    """The URL of an nginx, with its files in `at`, that leads `/mcp` to the server at the URL `before`."""
    program = _program()
    [documented] = re.findall(r"```nginx\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert _DOCUMENTED_SERVER in documented
    port = free_port()
    text = _AROUND.format(at=at, port=port, documented=documented.replace(_DOCUMENTED_SERVER, before))
    (at / "nginx.conf").write_text(text, encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    with server([program, "-c", str(at / "nginx.conf"), "-p", str(at)], health=f"{url}/", at=at, env={}):
        yield url


def _program() -> str:
    """End the calling test without it: skipped, or failed where CI=true."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("needs nginx; sh scripts/test-packages.sh")
    return found
