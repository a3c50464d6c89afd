"""Two tenants live in company, in one estate, and each lives the same life once more alone: neither may notice a difference."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from catalog_builders import NOON, Clock
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.errors import McpSkillsError
from mcpskills.ports import Delivery
from mcpskills.session import Session
from principal_builders import a_user
from session_builders import a_session
from tenancy import deeds
from tenancy.deeds import Deed
from tenancy.estates import Estate

_lives = itertools.count()

tenants = st.sampled_from([0, 1])


BYSTANDERS = ("0", "z")
"""Tenants that are in every estate, before and after all others in the order of names: where a search through an index ends at
what is somebody else's, it takes a step that it does not take at the end of a table.
"""


@dataclass(frozen=True)
class Seen:
    """What a tenant saw of a deed, and what storage was asked for it, in any order."""

    value: Any
    error: tuple[type[McpSkillsError], str] | None
    work: Sequence[str]


class Lives(RuleBasedStateMachine):
    """Every rule draws who does something and what; names and ids are those that the other tenant uses as well."""

    def __init__(self, company: Estate, alone: Sequence[Estate], clock: Clock, key: FileKey) -> None:
        super().__init__()
        life = next(_lives)
        self.names = (f"a{life}", f"b{life}")
        self._company, self._alone, self._clock, self._key = company, alone, clock, key
        # A life that is lived again, as Hypothesis does, must be the same.
        clock.at = NOON
        self._verify = deeds.verifying(key)

    @rule(who=tenants, name=deeds.names, body=deeds.bodies, honest=st.booleans())
    def publish(self, who: int, name: str, body: str, honest: bool = True) -> None:
        vouched_for = self.names[who] if honest else self.names[1 - who]
        self.both(who, deeds.publish(name, body, vouched_for, self._key))

    @rule(who=tenants, name=deeds.names, number=deeds.numbers, data=st.data())
    def change(self, who: int, name: str, number: int, data: st.DataObject) -> None:
        self._one_of(who, deeds.changing(name, number), data)

    @rule(who=tenants, name=deeds.names, number=deeds.numbers, digest=deeds.digests, data=st.data())
    def read(self, who: int, name: str, number: int, digest: str, data: st.DataObject) -> None:
        self._one_of(who, deeds.reading(name, number, digest), data)

    @rule(
        who=tenants,
        which=deeds.key_ids,
        subject=deeds.subjects,
        role=st.sampled_from(["viewer", "owner"]),
        data=st.data(),
    )
    def admit(self, who: int, which: str, subject: str, role: str, data: st.DataObject) -> None:
        self._one_of(who, deeds.admitting(which, subject, role), data)

    @rule(who=tenants, which=deeds.key_ids, subject=deeds.subjects, data=st.data())
    def know(self, who: int, which: str, subject: str, data: st.DataObject) -> None:
        self._one_of(who, deeds.knowing(which, subject), data)

    @rule(who=tenants, of=st.tuples(deeds.ids, deeds.people, deeds.invocations, deeds.names), data=st.data())
    def call(self, who: int, of: tuple[str, str, str, str], data: st.DataObject) -> None:
        self._one_of(who, deeds.calling(*of), data)

    @rule(who=tenants)
    def checkpoint(self, who: int) -> None:
        self.both(who, deeds.checkpoint(self._key, self._verify))

    @rule(who=tenants, query=st.sampled_from(["bake", "form", "what changed"]))
    def serve(self, who: int, query: str) -> None:
        self.both(who, deeds.serve(query, self._verify))

    @rule(seconds=st.sampled_from([1, 40, 4000]))
    def wait(self, seconds: int) -> None:
        self._clock.pass_by(seconds)

    def teardown(self) -> None:
        """At the end each looks at everything, under all names that either used."""
        for who in (0, 1):
            for name, digest in zip(deeds.SKILLS, deeds.DIGESTS[:: len(deeds.BODIES)], strict=True):
                self._all(who, deeds.reading(name, 1, digest))
            for which, subject in (("k1", "u1"), ("k2", "u2")):
                self._all(who, deeds.knowing(which, subject))
            self.both(who, deeds.serve("bake", self._verify))
            self.both(who, deeds.start(self._verify))

    def both(self, who: int, deed: Deed) -> None:
        """Do it in company and alone."""
        in_company, alone = (_seen(estate, self.names[who], deed) for estate in (self._company, self._alone[who]))
        assert in_company == alone, _difference(in_company, alone)

    def _one_of(self, who: int, among: dict[str, Deed], data: st.DataObject) -> None:
        self.both(who, among[data.draw(st.sampled_from(sorted(among)), label="deed")])

    def _all(self, who: int, among: dict[str, Deed]) -> None:
        for deed in among.values():
            self.both(who, deed)


def people(estate: Estate, key: FileKey) -> None:
    """Have the bystanders do one of everything."""
    for tenant, name in itertools.product(BYSTANDERS, deeds.SKILLS[:1]):
        deeds.publish(name, deeds.BODIES[0], tenant, key)(estate, tenant)
        for among in (
            deeds.changing(name, 1),
            deeds.admitting("k1", "u1", "viewer"),
            deeds.calling(deeds.IDS[0], deeds.PEOPLE[0], deeds.INVOCATIONS[0], name),
        ):
            for deed in among.values():
                _seen(estate, tenant, deed)
        # What ended or was taken away meanwhile.
        estate.sessions.open(a_session(tenant=tenant, id=deeds.IDS[1]))
        estate.principals.put_user(a_user("u2", tenant=tenant), deeds.ADA)
        estate.queue(tenant).enqueue(Delivery("waiting", "push", NOON))


def _seen(estate: Estate, tenant: str, deed: Deed) -> Seen:
    estate.work.take()
    value, error = None, None
    try:
        value = _timeless(deed(estate, tenant))
    except McpSkillsError as raised:
        error = (type(raised), raised.message)
    return Seen(value, error, sorted(estate.work.take()))


def _difference(in_company: Seen, alone: Seen) -> str:
    """For whoever reads why a life failed."""
    more = sorted(set(in_company.work) - set(alone.work))
    less = sorted(set(alone.work) - set(in_company.work))
    return f"in company {in_company.value!r} {in_company.error}, alone {alone.value!r} {alone.error}; {more=} {less=}"


def _timeless(value: Any) -> Any:
    """Without the times of a session, which are those of Redis's own clock."""
    if isinstance(value, Session):
        never = next(field.default for field in fields(Session) if field.name == "created_at")
        return replace(value, created_at=never, last_seen_at=never)
    return value if is_dataclass(value) or not isinstance(value, dict) else dict(value)
