"""Doing what a plan says, skill by skill; one bad skill does not stop the others."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import structlog

from mcpskills import claims
from mcpskills.errors import ConflictError, CorruptedError, InvalidInputError, PreconditionFailedError
from mcpskills.events import GenerationRaised
from mcpskills.printable import printable
from mcpskills.version import Quarantine, SkillRecord
from mcpskills_publisher import pipeline
from mcpskills_publisher.pipeline import Bench, EvalsFailedError, Observe
from mcpskills_publisher.plan import CLAIMED, EVALUATED, LOOK_AGAIN, Candidate, Plan, Wanted

_log = structlog.get_logger(__name__)

_PATH = 200


class Outcome(Enum):
    """What became of a folder."""

    PUBLISHED = auto()
    SAME = auto()
    """Its package is the live one already."""
    QUARANTINED = auto()
    AGAIN = auto()
    """Its record changed while it was being published: it needs another reconcile."""


@dataclass(frozen=True, slots=True)
class Done:
    """Names of skills by what became of them; `unchanged` counts the folders that needed nothing."""

    published: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()
    tombstoned: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    unchanged: int = 0


def carry_out(steps: Plan, wanted: Wanted, bench: Bench, *, observe: Observe, proceed: Callable[[], None]) -> Done:
    """Publish before taking away, so that a skill is never missing; note the commit when nothing is left to do.

    `proceed` is called before each skill and raises to stop.
    """
    outcomes: list[tuple[Outcome, str]] = []
    for refusal in steps.refused:
        _quarantine(Candidate(refusal.path, refusal.tree, None), bench, CLAIMED, refusal.reason)
        outcomes.append((Outcome.QUARANTINED, claims.name_of(refusal.path)))
        observe("quarantine", claims.name_of(refusal.path))
    for candidate in steps.publish:
        proceed()
        outcomes.append((_publish(candidate, wanted, bench, observe), candidate.name))
    for candidate in steps.moved:
        bench.catalog.keep_place(bench.lease(), candidate.name, candidate.path, candidate.tree)
        observe("keep_place", candidate.name)
    for gone in steps.gone:
        proceed()
        _tombstone(gone, bench)
        observe("tombstone", gone.name)
    for path in steps.released:
        bench.catalog.release(bench.lease(), path)
        observe("release", claims.name_of(path))
    again = _names(outcomes, Outcome.AGAIN)
    if not again:
        bench.catalog.mark_commit(bench.lease(), wanted.commit)
        observe("mark_commit", wanted.commit)
    return Done(
        published=_names(outcomes, Outcome.PUBLISHED),
        quarantined=_names(outcomes, Outcome.QUARANTINED),
        tombstoned=tuple(gone.name for gone in steps.gone),
        again=again,
        unchanged=steps.unchanged + len(steps.moved) + len(_names(outcomes, Outcome.SAME)),
    )


def _publish(candidate: Candidate, wanted: Wanted, bench: Bench, observe: Observe) -> Outcome:
    """Errors that concern this skill only end here."""
    try:
        record = pipeline.run(candidate, bench, observe).record
    except EvalsFailedError as error:
        _quarantine(candidate, bench, EVALUATED, error.message)
    except InvalidInputError as error:
        _quarantine(candidate, bench, wanted.rules, error.message)
    except CorruptedError as error:
        _quarantine(candidate, bench, LOOK_AGAIN, error.message)
    except (ConflictError, PreconditionFailedError) as error:
        _log.info("skill changed while it was being published", skill=candidate.name, reason=error.message)
        return Outcome.AGAIN
    else:
        if record is None:
            return Outcome.SAME
        _log.info("published", skill=record.name, version=record.wanted, live=record.live, commit=wanted.commit)
        return Outcome.PUBLISHED
    observe("quarantine", candidate.name)
    return Outcome.QUARANTINED


def _quarantine(candidate: Candidate, bench: Bench, rules: str, reason: str) -> None:
    _log.warning("quarantined", path=printable(candidate.path, _PATH), reason=reason, commit=bench.commit.id)
    bench.catalog.quarantine(
        bench.lease(),
        Quarantine(
            path=candidate.path,
            tree=candidate.tree,
            name=candidate.name,
            commit=bench.commit.id,
            rules=rules,
            reason=reason,
            at=bench.now(),
        ),
    )


def _tombstone(gone: SkillRecord, bench: Bench) -> None:
    commit = _taken_by(gone, bench)
    lease = bench.lease()
    record = bench.catalog.tombstone(lease, gone.name, commit)
    bench.signals.send(GenerationRaised(lease.tenant, record.generation))
    _log.info("taken away", skill=gone.name, commit=commit)


def _taken_by(gone: SkillRecord, bench: Bench) -> str:
    """The commit that took the skill's folder away."""
    if bench.repository.folder_tree(bench.commit.id, gone.path) == gone.tree:
        # It stands there as it did: another folder's SKILL.md made it a part of that one, and nothing tells when.
        return bench.commit.id
    return bench.arrivals.commit(gone.path, bench.lease).id


def _names(outcomes: list[tuple[Outcome, str]], outcome: Outcome) -> tuple[str, ...]:
    return tuple(name for found, name in outcomes if found is outcome)
