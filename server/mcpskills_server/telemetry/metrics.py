"""`/metrics`: what this process counted and what it serves, in the text format of Prometheus.

A new metric is a line in `_Collector` and a row in docs/metrics.md.
"""

import os
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from mcpskills.access import Scope
from mcpskills_server import problems
from mcpskills_server.auth import addressed, guarding
from mcpskills_server.mcp import allowed
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import BOUNDS, Tally, Times


def router(
    tally: Tally, replica: Replica, settings: ServerSettings, *, recorder: Recorder | None = None, alone: bool = True
) -> APIRouter:
    """A tenant that is not `alone` in the process is told nothing of the process: that tells of the others."""
    hosts = allowed.hosts(settings)
    registry = CollectorRegistry()
    registry.register(_Collector(tally, replica, settings.tenant, recorder))
    if alone:
        ProcessCollector(registry=registry)
    routes = APIRouter(tags=["health"])

    @guarding.get(
        routes,
        "/metrics",
        Scope.METRICS_READ,
        operation_id="metrics",
        summary="What this process counted",
        response_class=Response,
        responses=problems.responses(*guarding.REFUSALS),
    )
    def metrics(request: Request) -> Response:
        """In the text format of Prometheus. Of several workers, the one that answers speaks of itself: `worker` says which."""
        addressed.expect_own_name(request.scope, hosts)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes


class _Collector(Collector):
    def __init__(self, tally: Tally, replica: Replica, tenant: str, recorder: Recorder | None) -> None:
        self._tally = tally
        self._recorder = recorder
        self._replica = replica
        self._of = (tenant, str(os.getpid()))

    def collect(self) -> Iterator[Metric]:
        requests = HistogramMetricFamily(
            "mcpskills_mcp_request_seconds",
            "Time until an answer on /mcp began.",
            labels=("tenant", "worker", "method", "status"),
        )
        for (method, status), times in sorted(self._tally.answers.items()):
            requests.add_metric((*self._of, method, str(status)), _buckets(times), times.seconds)
        yield requests
        denials = CounterMetricFamily(
            "mcpskills_denials", "Denied attempts: noted, summed up or dropped.", labels=("tenant", "worker", "result")
        )
        denials.add_metric((*self._of, "noted"), self._tally.denials_noted)
        denials.add_metric((*self._of, "summed"), self._tally.denials_summed)
        denials.add_metric((*self._of, "dropped"), self._tally.denials_dropped)
        yield denials
        yield self._invocations()
        view = self._replica.view if self._replica.ready else None
        freshness = self._replica.freshness
        yield self._gauge("mcpskills_ready", "Whether a snapshot is served.", float(view is not None))
        yield self._gauge("mcpskills_generation", "What is served.", view.snapshot.generation if view else None)
        yield self._gauge("mcpskills_skills", "Skills that are served.", len(view.snapshot.names) if view else None)
        yield self._gauge("mcpskills_skills_failed", "Skills refused.", len(view.snapshot.failed) if view else None)
        yield self._gauge("mcpskills_seconds_behind", "Since the catalog was last asked.", freshness.seconds_behind)
        yield self._gauge("mcpskills_stale", "Whether asking failed since.", float(freshness.error is not None))

    def _invocations(self) -> Metric:
        counted = CounterMetricFamily(
            "mcpskills_invocations", "Requests, recorded or dropped.", labels=("tenant", "worker", "result")
        )
        counted.add_metric((*self._of, "recorded"), self._recorder.recorded if self._recorder else 0)
        counted.add_metric((*self._of, "dropped"), (self._recorder and self._recorder.dropped) or 0)
        return counted

    def _gauge(self, name: str, says: str, value: float | None) -> Metric:
        gauge = GaugeMetricFamily(name, says, labels=("tenant", "worker"))
        if value is not None:
            gauge.add_metric(self._of, value)
        return gauge


def _buckets(times: Times) -> list[tuple[str, float]]:
    """As Prometheus has them: each with all that are shorter."""
    total, buckets = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), times.counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets
