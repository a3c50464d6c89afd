"""One comparison of Git and catalog: whether to publish at all, and from which commit."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event

import structlog

from mcpskills.adapters.git.allowed_signers import AllowedSigners
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.errors import ConflictError, HistoryRewrittenError, InvalidInputError, UnavailableError
from mcpskills.events import GenerationRaised
from mcpskills.lookalikes import lookalikes
from mcpskills.ports import Catalog, Lease, PackageStore, Published, Signals, Signer
from mcpskills.validation.policy import FILE, Policy
from mcpskills.validation.registry_toml import policy_of
from mcpskills.validation.validate import judged_by
from mcpskills_publisher import carry_out
from mcpskills_publisher.archiving import Archive
from mcpskills_publisher.arrival import Arrivals
from mcpskills_publisher.carry_out import Done
from mcpskills_publisher.checkpointing import Checkpoints
from mcpskills_publisher.live_search import LiveSearch
from mcpskills_publisher.pipeline import Bench, Observe
from mcpskills_publisher.plan import Plan, Wanted, deserves_another_look, plan
from mcpskills_publisher.tenure import Tenure

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Summary:
    """What one reconcile found and did. `commit` is the branch's; `frozen` says why nothing is published from it."""

    commit: str | None
    done: Done = field(default_factory=Done)
    frozen: str | None = None
    seconds: float = 0.0
    left: bool = False
    """Whether there is more to do beside publishing, so that the next one is wanted at once."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a reconcile works with; `now` is the clock. `registry` is the repository's id, which versions are signed with.

    `signers` are those whose signatures of commits count.
    """

    repository: GitRepository
    catalog: Catalog
    store: PackageStore
    signals: Signals
    signer: Signer
    signers: AllowedSigners
    registry: str
    tenure: Tenure
    tenant: str
    branch: str
    observe: Observe
    now: Callable[[], datetime]
    taken_up: Callable[[str], None] = lambda _: None
    """Called with a commit before its skills are published."""
    archive: Archive | None = None


class Reconciler:
    """One reconcile at a time; blocks, so that callers on an event loop run it in a thread."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._verify = TrustedKeys.read((parts.signer.public_pem,)).verify
        self._search = LiveSearch(parts.catalog, parts.store, parts.tenant)
        self._checkpoints = Checkpoints(
            catalog=parts.catalog,
            store=parts.store,
            signer=parts.signer,
            verify=self._verify,
            tenant=parts.tenant,
            now=parts.now,
        )
        self._stopping = Event()

    def stop(self) -> None:
        """Let a reconcile that is under way end after the skill that it is at; the next start goes on from there."""
        self._stopping.set()

    def run(self) -> Summary:
        """Make the catalog what Git asks for, as far as that goes.

        Raises `LeaseLostError` while another publisher is at work, and `UnavailableError` when repository, catalog or
        store fail; what was published until then stays, and the next run goes on.
        """
        started = time.monotonic()
        with self._parts.tenure.held() as lease:
            try:
                with closing(self._parts.repository):
                    summary = self._reconcile(lease)
                if self._checkpoints.write_if_due(lease):
                    self._parts.observe("checkpoint", "")
            finally:
                # Whether or not the repository can be reached: the journal forgets meanwhile.
                left = self._archived(lease)
        return replace(summary, seconds=time.monotonic() - started, left=left)

    def _archived(self, lease: Callable[[], Lease]) -> bool:
        archive = self._parts.archive
        return archive is not None and not self._stopping.is_set() and archive.go_on(lease)

    def _reconcile(self, lease: Callable[[], Lease]) -> Summary:
        parts = self._parts
        # First, because holds run out whether or not the repository can be reached.
        published = self._published(lease)
        try:
            parts.repository.fetch(parts.branch)
        except ConflictError as error:
            # Another repository stands there by now: nothing of it may be looked at.
            return self._freeze(lease, published, None, f"Publishing is frozen: {error.message}")
        head = parts.repository.head(parts.branch)
        try:
            if head is None or not self._moves_on(head, published):
                self._must_exist(head, published)
                return Summary(head, frozen=published.frozen)
            policy = self._policy(head)
            if head == published.commit and not deserves_another_look(published, judged_by(policy)):
                self._thaw(lease, published)
                return Summary(head)
            wanted = self._wanted(head, published, judged_by(policy))
        except (HistoryRewrittenError, InvalidInputError) as error:
            return self._freeze(lease, published, head, error.message)
        self._thaw(lease, published)
        parts.taken_up(head)
        steps = plan(wanted, published)
        commit = parts.repository.commit(head)
        folders = [*(candidate.path for candidate in steps.publish), *(gone.path for gone in steps.gone)]
        bench = Bench(
            repository=parts.repository,
            store=parts.store,
            catalog=parts.catalog,
            signals=parts.signals,
            signer=parts.signer,
            verify=self._verify,
            registry=parts.registry,
            commit=commit,
            arrivals=Arrivals(parts.repository, parts.signers, commit, folders),
            policy=policy,
            lookalikes=_lookalikes(steps, published),
            search=self._search,
            lease=lease,
            now=parts.now,
        )
        return Summary(head, carry_out.carry_out(steps, wanted, bench, observe=parts.observe, proceed=self._proceed))

    def _published(self, lease: Callable[[], Lease]) -> Published:
        """The catalog's side, after holds that have run out were lifted."""
        parts = self._parts
        published = parts.catalog.published(parts.tenant)
        expired = [
            (record.name, record.hold)
            for record in published.skills.values()
            if record.hold and record.hold.expires_at and record.hold.expires_at <= parts.now()
        ]
        for name, hold in expired:
            record = parts.catalog.lift(parts.tenant, name, lease().by, only=hold)
            parts.signals.send(GenerationRaised(parts.tenant, record.generation))
            _log.info("hold expired", skill=name, live=record.live)
        return parts.catalog.published(parts.tenant) if expired else published

    def _moves_on(self, head: str, published: Published) -> bool:
        """False for a commit that is older than the published or accepted one. Raises `HistoryRewrittenError`."""
        repository, last = self._parts.repository, published.commit or published.accepted
        if last is None or repository.descends(head, last):
            return True
        if repository.descends(last, head):
            _log.info("the branch is at an older commit than the published one", head=head, published=last)
            return False
        raise HistoryRewrittenError(
            f"Publishing is frozen: the branch {self._parts.branch!r} is at {head[:12]}, which does not descend from the "
            f"{'published' if published.commit else 'accepted'} commit {last[:12]}. Push a commit that does, for example a merge "
            f"of both; or, if it was rewritten on purpose: mcpskills publisher accept-history --commit {head} --reason WHY"
        )

    def _must_exist(self, head: str | None, published: Published) -> None:
        if head is None and (published.commit or published.accepted):
            raise HistoryRewrittenError(
                f"Publishing is frozen: the branch {self._parts.branch!r} is gone from the registry repository. Push it again."
            )

    def _policy(self, head: str) -> Policy:
        """What the registry decides for itself. Raises `InvalidInputError`: without its policy nothing may be judged."""
        return policy_of(self._parts.repository.file(head, FILE), self._parts.now().date())

    def _wanted(self, head: str, published: Published, rules: str) -> Wanted:
        known = {record.tree for record in published.skills.values()}
        known.update(quarantine.tree for quarantine in published.quarantined.values())
        return Wanted(head, self._parts.repository.skill_folders(head, known), rules)

    def _freeze(self, lease: Callable[[], Lease], published: Published, head: str | None, reason: str) -> Summary:
        if published.frozen != reason:
            self._parts.catalog.freeze(lease(), reason)
        _log.error(
            "publishing is frozen; what is live stays live", reason=reason, head=head, published=published.commit
        )
        return Summary(head, frozen=reason)

    def _thaw(self, lease: Callable[[], Lease], published: Published) -> None:
        if published.frozen is not None:
            self._parts.catalog.freeze(lease(), None)
            _log.info("publishing goes on", was=published.frozen)

    def _proceed(self) -> None:
        if self._stopping.is_set():
            raise UnavailableError("The publisher is stopping.")


def _lookalikes(steps: Plan, published: Published) -> Mapping[str, tuple[str, ...]]:
    """The names that those to be published could be taken for, among themselves and what is live."""
    live = (name for name, record in published.skills.items() if not record.deleted)
    return lookalikes([candidate.name for candidate in steps.publish], live)
