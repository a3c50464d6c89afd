"""Signed deliveries as GitHub sends them, one after the other, from a thread of their own."""

import hashlib
import hmac
import json
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from fakes.github import FakeRepository, Pull


@dataclass(frozen=True)
class Delivery:
    """What was sent, or would have been while deliveries are lost."""

    headers: dict[str, str]
    body: bytes


class Webhooks:
    """`url` and `secret` say where to; without, or while `lost`, deliveries are only remembered in `sent`."""

    def __init__(self) -> None:
        self.url: str | None = None
        self.secret = b""
        self.lost = False
        self.sent: list[Delivery] = []
        self._pool = ThreadPoolExecutor(1)
        self._waiting: list[Future[int]] = []

    def push(self, repository: "FakeRepository", ref: str, before: str, after: str) -> None:
        self._send("push", repository, {"ref": ref, "before": before, "after": after, "deleted": not int(after, 16)})

    def pull_request(self, repository: "FakeRepository", action: str, pull: "Pull") -> None:
        described = {
            "number": pull.number,
            "state": pull.state,
            "merged": pull.merge_commit is not None,
            "merge_commit_sha": pull.merge_commit,
            "head": {"ref": pull.branch, "sha": pull.head},
            "base": {"ref": pull.base},
        }
        self._send("pull_request", repository, {"action": action, "number": pull.number, "pull_request": described})

    def ping(self, repository: "FakeRepository") -> None:
        self._send("ping", repository, {"zen": "Keep it logically awesome.", "hook_id": 1})

    def repeat(self, delivery: Delivery) -> None:
        """Send a delivery once more, under its old id, as somebody does who presses *Redeliver*."""
        if self.url and not self.lost:
            self._waiting.append(self._pool.submit(_post, self.url, delivery))

    def statuses(self) -> list[int]:
        """What the receiver answered so far; waits for what is on its way. 0 for no answer."""
        return [future.result(timeout=30) for future in self._waiting]

    def close(self) -> None:
        self._pool.shutdown()

    def _send(self, event: str, repository: "FakeRepository", payload: dict[str, Any]) -> None:
        owner, _, name = repository.name.partition("/")
        whole = {
            **payload,
            "repository": {
                "id": repository.id,
                "name": name,
                "full_name": repository.name,
                "default_branch": "main",
                "owner": {"id": repository.owner_id, "login": owner},
            },
            "installation": {"id": 100},
            "sender": {"login": "ada", "id": 1},
        }
        body = json.dumps(whole).encode()
        delivery = Delivery(
            {
                "Content-Type": "application/json",
                "User-Agent": "GitHub-Hookshot/fake",
                "X-GitHub-Event": event,
                "X-GitHub-Delivery": str(uuid.uuid4()),
                "X-Hub-Signature-256": f"sha256={hmac.new(self.secret, body, hashlib.sha256).hexdigest()}",
            },
            body,
        )
        self.sent.append(delivery)
        self.repeat(delivery)


def _post(url: str, delivery: Delivery) -> int:
    try:
        return httpx2.post(
            url, content=delivery.body, headers=delivery.headers, timeout=10, trust_env=False
        ).status_code
    except httpx2.HTTPError:
        return 0
