"""A webhook on a real server, and GitHub as it delivers there."""

import contextlib
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
from fastapi import FastAPI

from admin_service import serving
from mcpskills.ports import Deliveries
from mcpskills.source_rates import SourceRates
from mcpskills_publisher.webhook.payload import Source
from mcpskills_publisher.webhook.routes import Webhook, router

SECRET, OLD_SECRET = "a secret of this webhook", "the secret before that one"
REPOSITORY, OWNER = 4711, 42
PATH = "/webhooks/github"
PATIENCE = 60


def a_push(ref: str = "refs/heads/main", *, repository: int = REPOSITORY, owner: int = OWNER, **more: Any) -> bytes:
    """The payload of a push, as far as GitHub's payload matters."""
    about = {"id": repository, "name": "skills", "owner": {"id": owner, "login": "acme"}}
    return json.dumps({"ref": ref, "after": "0" * 40, "repository": about, **more}).encode()


def a_pull_request(*, action: str = "closed", merged: bool = True, base: str = "main") -> bytes:
    about = {"id": REPOSITORY, "owner": {"id": OWNER}}
    request = {"number": 7, "merged": merged, "base": {"ref": base}, "head": {"ref": "feature"}}
    return json.dumps({"action": action, "pull_request": request, "repository": about}).encode()


def a_form(payload: bytes) -> bytes:
    return urlencode({"payload": payload}).encode()


def signature(body: bytes, secret: str = SECRET, scheme: str = "sha256") -> str:
    return f"{scheme}={hmac.new(secret.encode(), body, getattr(hashlib, scheme)).hexdigest()}"


def headers(body: bytes, event: str = "push", **changed: str | None) -> dict[str, str]:
    """Those that GitHub sends. Changed ones are named like `X_GitHub_Event`; None leaves one out."""
    made: dict[str, str | None] = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": signature(body),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    return {name: value for name, value in made.items() if value is not None}


@dataclass(frozen=True)
class Site:
    """Where an application answers."""

    url: str
    client: httpx2.Client

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(self.url + path)

    def deliver(self, body: bytes, event: str = "push", **changed: str | None) -> httpx2.Response:
        """Deliver it, signed, as GitHub does; `changed` are headers."""
        return self.send(body, headers(body, event, **changed))

    def send(self, body: bytes | Iterator[bytes], of: Mapping[str, str]) -> httpx2.Response:
        return self.client.post(self.url + PATH, content=body, headers=of)


@contextlib.contextmanager
def site(app: FastAPI) -> Iterator[Site]:
    with serving(app) as url, httpx2.Client(timeout=PATIENCE) as client:
        yield Site(url, client)


def receiver(deliveries: Deliveries, *secrets: str, per_minute: int = 6000, patience: float = 10) -> FastAPI:
    """An application that only receives webhooks; with a clock that stands, so that buckets do not refill."""
    keys = [secret.encode() for secret in secrets or (SECRET,)]
    rates = SourceRates(per_minute, now=lambda: 0.0)
    app = FastAPI()
    app.include_router(router(Webhook(deliveries, Source(REPOSITORY, OWNER, "main"), keys, rates, patience=patience)))
    return app
