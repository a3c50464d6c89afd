"""Callers that may not use the admin API: other machines, rebound names, web pages from elsewhere, proxies."""

import asyncio

import httpx2
import pytest

from admin_service import zipped
from builders import skill_md

ROUTES = [
    ("GET", "/admin/skills"),
    ("GET", "/admin/skills/pdf-forms"),
    ("GET", "/admin/skills/pdf-forms/instructions"),
    ("GET", "/admin/skills/pdf-forms/versions"),
    ("POST", "/admin/skills/reload-all"),
    ("POST", "/admin/skills/pdf-forms/reload"),
    ("DELETE", "/admin/skills/pdf-forms"),
    ("POST", "/admin/skills/pdf-forms/rollback"),
    ("POST", "/admin/skills/pdf-forms/lift"),
    ("POST", "/admin/skills/validate"),
    ("POST", "/admin/skills/upload"),
]
FOREIGN = {
    "a rebound name": {"host": "attacker.example:8000"},
    "a name that begins like ours": {"host": "localhost.attacker.example"},
    "a name with ours as user": {"host": "localhost@attacker.example"},
    "an address that begins like ours": {"host": "127.0.0.1.attacker.example"},
    "an address of all interfaces": {"host": "0.0.0.0:8000"},
    "a web page from elsewhere": {"origin": "https://attacker.example"},
    "a sandboxed page": {"origin": "null"},
    "a local file's page": {"origin": "file://"},
    "an origin with ours as user": {"origin": "http://localhost@attacker.example"},
    "a proxy for elsewhere": {"x-forwarded-for": "203.0.113.9"},
    "a chain of proxies": {"x-forwarded-for": "127.0.0.1, 203.0.113.9"},
    "a proxy that says it in the standard way": {"forwarded": 'for="[2001:db8::1]:4711";proto=http'},
    "a proxy with a hidden caller": {"forwarded": "for=_hidden"},
    "a proxy for another name": {"x-forwarded-host": "skills.example"},
    "a proxy that says the real address": {"x-real-ip": "203.0.113.9"},
}
LOCAL = {
    "the name": {"host": "localhost:8000"},
    "the name in capitals with a dot": {"host": "LOCALHOST."},
    "the address": {"host": "127.0.0.1"},
    "another address of the interface": {"host": "127.8.9.1:80"},
    "the IPv6 address": {"host": "[::1]:8000"},
    "a page of this machine": {"origin": "http://localhost:3000"},
    "a page at the IPv6 address": {"origin": "http://[::1]:3000"},
    "a proxy on this machine": {"x-forwarded-for": "127.0.0.1", "forwarded": 'for="[::1]";host=localhost'},
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_a_rebound_name(service, method, path):
    answer = service.http.request(method, path, headers={"host": "attacker.example"})

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        "Without an API key, the admin API answers on this machine only; "
        "the request was addressed to `attacker.example`, not to localhost."
    )


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_caller_changes_nothing(service, kind):
    answer = service.http.delete("/admin/skills/pdf-forms", headers=FOREIGN[kind])

    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Without an API key, the admin API answers on this machine only")


@pytest.mark.parametrize("kind", LOCAL)
def test_a_local_caller_is_answered(service, kind):
    assert service.http.get("/admin/skills", headers=LOCAL[kind]).status_code == 200


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "169.254.169.254", "0.0.0.0"])
def test_a_caller_from_another_machine_is_refused_whatever_it_says(service, address):
    headers = {"host": "localhost", "x-forwarded-for": "127.0.0.1"}

    answer = asyncio.run(call_from(service.way_in, address, headers))

    assert answer.status_code == 403
    assert answer.json()["detail"].endswith(f"the request came from `{address}`.")


@pytest.mark.usefixtures("untouched")
def test_a_foreign_page_cannot_upload_by_a_form(service):
    answer = service.http.post(
        "/admin/skills/upload",
        files={"file": ("a.zip", zipped({"SKILL.md": skill_md()}))},
        headers={"origin": "https://attacker.example"},
    )

    assert answer.status_code == 403


@pytest.mark.usefixtures("untouched")
def test_a_foreign_caller_learns_nothing_from_a_malformed_body(service):
    answer = service.http.post(
        "/admin/skills/pdf-forms/rollback",
        content=b"{",
        headers={"origin": "https://attacker.example", "content-type": "application/json"},
    )

    assert answer.status_code == 403


async def call_from(app, address, headers):
    transport = httpx2.ASGITransport(app, client=(address, 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        return await http.delete("/admin/skills/pdf-forms", headers=headers)
