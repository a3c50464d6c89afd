"""What a tenant may do and look at, as functions of estate and tenant. Names come from small sets, so that tenants meet."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from builders import skill_folder
from catalog_builders import GRACE, NOON, a_hold, a_quarantine, a_standing, a_version
from journal_builders import an_invocation
from mcpskills import package, seeing
from mcpskills.adapters.checkpointing import keeping
from mcpskills.adapters.checkpointing.keeping import Start
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.audit import Actor
from mcpskills.following import Follower
from mcpskills.journal import InvocationFilter
from mcpskills.ports import Delivery, Publication
from mcpskills.restricting import Restriction
from mcpskills.session import SessionKey
from mcpskills.statistics.sheet import HOUR, Kind
from mcpskills.trust import Verify
from mcpskills.version import HoldKind, StandingKind
from principal_builders import ISSUER, a_key, a_user
from provenance_builders import signed
from session_builders import a_session
from statistics_builders import a_sheet
from tenancy.estates import Estate

Deed = Callable[[Estate, str], Any]
"""Does something for a tenant, or looks; what it gives is all that the tenant sees of it."""

SKILLS = ("pdf-forms", "apple-pie", "release-notes")
IDS = tuple(letter * 32 for letter in "ab")
PEOPLE = ("key:ada", "key:eve")
_AT = f"{int(NOON.timestamp() * 1000):012x}"
INVOCATIONS = tuple(f"{_AT[:8]}-{_AT[8:]}-7000-8000-00000000000{number}" for number in range(4))
BODIES = ("Fill it in.\n", "Bake it for an hour.\n", "Say what changed.\n")
DIGESTS = tuple(package.build(skill_folder(name, body=body)).digest for name in SKILLS for body in BODIES)
"""Of all packages that anybody may publish."""

ADA = Actor("ada", source="192.0.2.7", request="req-1")

names, ids, people = st.sampled_from(SKILLS), st.sampled_from(IDS), st.sampled_from(PEOPLE)
invocations = st.sampled_from(INVOCATIONS)
numbers = st.integers(1, 3)
bodies, digests = st.sampled_from(BODIES), st.sampled_from(DIGESTS)
key_ids, subjects = st.sampled_from(["k1", "k2"]), st.sampled_from(["u1", "u2"])


def publish(name: str, body: str, vouched_for: str, key: FileKey) -> Deed:
    """The next version of a skill, signed for a tenant, which may be another one than it is published for."""

    def deed(estate: Estate, tenant: str) -> Any:
        lease = estate.catalog.acquire_lease(tenant, "one", 30)
        expected = estate.catalog.published(tenant).skills.get(name)
        number = len(estate.catalog.versions(tenant, name)) + 1
        # The same package is never published under another number; the first version's is in `DIGESTS`.
        text = body * number
        folder = skill_folder(name, body=text)
        built = package.build(folder)
        estate.store(tenant).put(built.digest, built.archive)
        version = replace(a_version(number, name=name, body=text), digest=built.digest, manifest=built.manifest)
        return estate.catalog.publish(lease, Publication(signed(version, key, tenant=vouched_for), expected))

    return deed


def checkpoint(key: FileKey, verify: Verify) -> Deed:
    def deed(estate: Estate, tenant: str) -> Any:
        lease = estate.catalog.acquire_lease(tenant, "one", 30)
        store = estate.store(tenant)
        served = Follower(estate.catalog, store, tenant, verify).follow(None)
        before = keeping.newest(estate.catalog, tenant, verify)
        keeping.save(Start(served, None), estate.catalog, store, key, lease=lambda: lease, before=before, now=NOON)
        return keeping.newest(estate.catalog, tenant, verify)

    return deed


def serve(query: str, verify: Verify) -> Deed:
    """All that clients of a tenant can get: the list, what is in it, what was refused, what a search finds, what groups see."""

    def deed(estate: Estate, tenant: str) -> Any:
        served = Follower(estate.catalog, estate.store(tenant), tenant, verify).follow(None)
        index = SearchIndex.of(each.skill for each in served.skills.values())
        found = index.search(query, limit=10)
        read = {name: served.skills[name].instructions for name in served.names}
        others = tuple(seeing.without(served, seeing.hidden_from(frozenset(), served)).names)
        told = served.generation, tuple(served.names), dict(served.failed), dict(served.revoked), served.withdrawn
        return *told, dict(served.restricted), read, found, others

    return deed


def start(verify: Verify) -> Deed:
    """What a replica starts from."""

    def deed(estate: Estate, tenant: str) -> Any:
        found = keeping.load(estate.catalog, estate.store(tenant), tenant, verify)
        return None if found is None else (found.snapshot.generation, found.snapshot.names)

    return deed


def changing(name: str, number: int) -> Mapping[str, Deed]:
    """Changes of a skill by publishers and admins."""
    revoked = replace(a_standing(StandingKind.REVOKED), reason="It leaks.")
    restricted = Restriction(frozenset({"office"}), "For the office.", GRACE)
    return {
        "roll back": lambda it, of: it.catalog.hold(of, name, a_hold(number), GRACE),
        "take offline": lambda it, of: it.catalog.hold(
            of, name, a_hold(None, kind=HoldKind.OFFLINE, instead_of=None), GRACE
        ),
        "lift": lambda it, of: it.catalog.lift(of, name, GRACE),
        "yank": lambda it, of: it.catalog.stand(of, name, number, a_standing(), by=GRACE),
        "revoke": lambda it, of: it.catalog.stand(of, name, number, revoked, by=GRACE),
        "restore": lambda it, of: it.catalog.stand(of, name, number, None, by=GRACE),
        "restrict": lambda it, of: it.catalog.restrict(of, name, restricted),
        "open to all": lambda it, of: it.catalog.restrict(of, name, replace(restricted, groups=frozenset())),
        "delete": lambda it, of: it.catalog.tombstone(it.catalog.acquire_lease(of, "one", 30), name, "c" * 40),
        "quarantine": lambda it, of: it.catalog.quarantine(
            it.catalog.acquire_lease(of, "one", 30), a_quarantine(f"skills/{name}")
        ),
        "freeze": lambda it, of: it.catalog.freeze(it.catalog.acquire_lease(of, "one", 30), "It was rewritten."),
        "accept": lambda it, of: it.catalog.accept_history(of, f"{number:040x}", reason="Meant.", by=GRACE),
        "mark": lambda it, of: it.catalog.mark_commit(it.catalog.acquire_lease(of, "one", 30), f"{number:040x}"),
        "take the lease": lambda it, of: it.catalog.acquire_lease(of, "two", 30),
        "report": lambda it, of: it.replicas.report(of, name, number),
    }


def reading(name: str, number: int, digest: str) -> Mapping[str, Deed]:
    """Looks at a skill, and at what there is."""
    return {
        "skill": lambda it, of: it.catalog.skill(of, name),
        "skills": lambda it, of: list(it.catalog.skills(of)),
        "version": lambda it, of: it.catalog.version(of, name, number),
        "versions": lambda it, of: list(it.catalog.versions(of, name)),
        "standings": lambda it, of: dict(it.catalog.standings(of, name)),
        "quarantined": lambda it, of: list(it.catalog.quarantined(of)),
        "published": lambda it, of: it.catalog.published(of),
        "frozen": lambda it, of: it.catalog.frozen(of),
        "changes": lambda it, of: it.catalog.changes_since(of, number),
        "audit": lambda it, of: list(it.catalog.audit(of, 50)),
        "audit after": lambda it, of: list(it.catalog.audit_after(of, number, 50)),
        "audit head": lambda it, of: it.catalog.audit_head(of),
        "package": lambda it, of: it.store(of).get(digest),
        "replicas": lambda it, of: dict(it.replicas.serving(of)),
    }


def admitting(which: str, subject: str, role: str) -> Mapping[str, Deed]:
    """Changes of who may call."""
    roles = frozenset({role})
    until = NOON + timedelta(hours=1)
    return {
        "add key": lambda it, of: it.principals.add_key(a_key(which, tenant=of, roles=roles), ADA),
        "expiring key": lambda it, of: it.principals.add_key(a_key(which, tenant=of, expires_at=until), ADA),
        "rotate key": lambda it, of: it.principals.rotate_key(a_key("k3", tenant=of, replaces=which), until, ADA),
        "change key": lambda it, of: it.principals.change_key(a_key(which, tenant=of, roles=roles), ADA),
        "revoke key": lambda it, of: it.principals.revoke_key(of, which, "It leaked.", ADA),
        "use key": lambda it, of: it.principals.used(it.principals.key(of, which)),
        "put user": lambda it, of: it.principals.put_user(replace(a_user(subject, tenant=of), roles=roles), ADA),
        "remove user": lambda it, of: it.principals.remove_user(of, ISSUER, subject, ADA),
        "deny": lambda it, of: it.principals.note(of, "denied", ADA, {"path": "/admin/users"}),
    }


def knowing(which: str, subject: str) -> Mapping[str, Deed]:
    """Looks at who may call."""
    return {
        "key": lambda it, of: it.principals.key(of, which),
        "keys": lambda it, of: list(it.principals.keys(of)),
        "user": lambda it, of: it.principals.user(of, ISSUER, subject),
        "users": lambda it, of: list(it.principals.users(of)),
        "revision": lambda it, of: it.principals.revision(of),
    }


def calling(session: str, who: str, invocation: str, skill: str) -> Mapping[str, Deed]:
    """What calls leave behind: sessions, the journal, statistics, deliveries."""

    def key(of: str) -> SessionKey:
        return SessionKey(of, session, who)

    def deal_with(it: Estate, of: str) -> Delivery | None:
        taken = it.queue(of).take("worker", 0)
        if taken is None:
            return None
        it.queue(of).acknowledge(taken)
        return taken.delivery

    return {
        "open": lambda it, of: it.sessions.open(a_session(tenant=of, id=session, principal=who)),
        "find": lambda it, of: it.sessions.find(key(of)),
        "find anybody's": lambda it, of: it.sessions.find(replace(key(of), principal=None)),
        "touch": lambda it, of: it.sessions.touch(key(of)),
        "begin": lambda it, of: it.sessions.update(key(of), lambda each: each.begun().subscribed(f"skill://{skill}")),
        "end": lambda it, of: it.sessions.end(key(of)),
        "append": lambda it, of: it.journal.append(
            [an_invocation(tenant=of, id=invocation, principal=who, skill=skill)]
        ),
        "invocation": lambda it, of: it.journal.one(of, invocation),
        "invocations": lambda it, of: it.journal.page(of, limit=10),
        "invocations of": lambda it, of: it.journal.page(of, InvocationFilter(principal=who), limit=10),
        "invocations about": lambda it, of: it.journal.page(of, InvocationFilter(skill=skill), limit=10),
        "count": lambda it, of: it.statistics.put(of, [a_sheet(body=who.encode()), a_sheet(kind=Kind.WRITING)]),
        "fold": lambda it, of: it.statistics.remove(of, [a_sheet(kind=Kind.WRITING)]),
        "hours": lambda it, of: it.statistics.read(of, Kind.HOUR, ["00"], since=NOON, until=NOON + HOUR),
        "written": lambda it, of: it.statistics.read(of, Kind.WRITING, ["00"], since=NOON, until=NOON + HOUR),
        "enqueue": lambda it, of: it.queue(of).enqueue(Delivery(invocation, "push", NOON)),
        "deal with": deal_with,
    }


def verifying(key: FileKey) -> Verify:
    return TrustedKeys.read([key.public_pem]).verify
