"""Where a publisher answers: on a public address to webhooks, on an address of its own to those who operate it."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from socket import socket

import structlog
from fastapi import FastAPI

import mcpskills
from mcpskills import process
from mcpskills.errors import InvalidInputError
from mcpskills.ports import Deliveries, Replicas
from mcpskills.source_rates import SourceRates
from mcpskills_publisher import health
from mcpskills_publisher.progress import Progress
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_publisher.webhook import routes
from mcpskills_publisher.webhook.payload import Source
from mcpskills_publisher.webhook.routes import Webhook

_log = structlog.get_logger(__name__)

Asked = Callable[[], Progress | None]
"""What came of the last reconcile; None until the first is over."""


@dataclass(frozen=True, slots=True)
class Listener:
    """An application, the socket that it answers on, and the proxies that are believed there."""

    application: FastAPI
    socket: socket
    proxies: tuple[str, ...] = ()
    hsts_seconds: int = 0


def operations(settings: PublisherSettings, progress: Asked, replicas: Replicas) -> FastAPI:
    """What tells operators how the publisher is, in detail."""
    app = _application("Says how the publisher of a registry repository is.")
    app.include_router(health.router(progress))
    app.include_router(health.details(settings, progress, lambda: replicas.serving(settings.tenant)))
    return app


def webhooks(
    settings: PublisherSettings, progress: Asked, deliveries: Deliveries, now: Callable[[], datetime]
) -> FastAPI:
    """What receives webhooks; `now` says when. Raises `InvalidInputError` when a setting is missing."""
    secrets = [secret.get_secret_value().encode() for secret in settings.webhook_secrets]
    webhook = Webhook(deliveries, _source(settings), secrets, SourceRates(settings.webhook_per_minute), now=now)
    app = _application("Receives the webhooks of a registry repository.")
    app.include_router(routes.router(webhook))
    # Load balancers ask these; whoever may reach the webhook learns no more.
    app.include_router(health.router(progress))
    return app


def bind_operations(settings: PublisherSettings) -> socket:
    """Raises `UnavailableError` that says which setting to change."""
    listener = process.bind(
        settings.operations_host,
        settings.operations_port,
        host_by="MCPSKILLS_OPERATIONS_HOST",
        port_by="MCPSKILLS_OPERATIONS_PORT",
    )
    _log.info("operators are answered", url=process.url(listener) + health.INFO)
    return listener


def bind_webhooks(settings: PublisherSettings) -> socket:
    """Raises `UnavailableError` that says which setting to change."""
    listener = process.bind(
        settings.webhook_host,
        settings.webhook_port,
        host_by="MCPSKILLS_WEBHOOK_HOST",
        port_by="MCPSKILLS_WEBHOOK_PORT",
    )
    _log.info("webhooks are received", url=process.url(listener) + routes.PATH)
    return listener


async def serve(listeners: Iterable[Listener], stop: asyncio.Event) -> None:
    """Answer on all of them until the event is set."""
    async with asyncio.TaskGroup() as tasks:
        for each in listeners:
            tasks.create_task(
                process.serve(
                    each.application,
                    each.socket,
                    stop,
                    lambda: None,
                    proxies=each.proxies,
                    hsts_seconds=each.hsts_seconds,
                ),
            )


def _application(summary: str) -> FastAPI:
    return FastAPI(
        title="Open MCP Skills: publisher",
        version=mcpskills.__version__,
        summary=summary,
        redirect_slashes=False,
        openapi_url=None,
    )


def _source(settings: PublisherSettings) -> Source:
    repository, owner = settings.github_repository_id, settings.github_owner_id
    if repository is None or owner is None:
        name = "MCPSKILLS_GITHUB_REPOSITORY_ID" if repository is None else "MCPSKILLS_GITHUB_OWNER_ID"
        raise InvalidInputError(
            f"{name}: expected the numeric id, because MCPSKILLS_WEBHOOK_SECRETS is set; found none. See docs/webhooks.md."
        )
    return Source(repository, owner, settings.branch)
