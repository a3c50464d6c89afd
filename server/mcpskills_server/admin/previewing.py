"""What a change would come to: it is made on a catalog that only remembers it, by the same steps and with the same refusals."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mcpskills import pointing, restricting
from mcpskills.audit import Actor
from mcpskills.errors import NotFoundError
from mcpskills.pointing import Move
from mcpskills.restricting import Restriction
from mcpskills.version import Hold, SkillRecord, Standing, Status, Version
from mcpskills_server.admin import views
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.preview_models import Preview, SkillState
from mcpskills_server.admin.seen_catalog import SeenCatalog


class PreviewedCatalog(SeenCatalog):
    """The catalog as it would be after changes that are kept here and nowhere else."""

    def __init__(self, admin: Admin) -> None:
        super().__init__(admin.catalog, frozenset())
        self._now = admin.now
        self._records: dict[str, SkillRecord] = {}
        self._standings: dict[str, dict[int, Standing | None]] = {}

    def skill(self, tenant: str, name: str) -> SkillRecord:
        return self._records.get(name) or super().skill(tenant, name)

    def version(self, tenant: str, name: str, number: int) -> Version:
        version = super().version(tenant, name, number)
        return replace(version, standing=self._standings.get(name, {}).get(number, version.standing))

    def standings(self, tenant: str, name: str) -> Mapping[int, Standing]:
        decided = {**super().standings(tenant, name), **self._standings.get(name, {})}
        return {number: standing for number, standing in decided.items() if standing is not None}

    def hold(self, tenant: str, name: str, hold: Hold, by: Actor, if_generation: int | None = None) -> SkillRecord:
        record = self._looked_at(tenant, name, if_generation)
        version = None
        if hold.version is not None and not record.deleted:
            version = self.version(tenant, name, hold.version)
        return self._moved(tenant, record, pointing.hold(record, hold, version, by))

    def lift(
        self, tenant: str, name: str, by: Actor, only: Hold | None = None, if_generation: int | None = None
    ) -> SkillRecord:
        record = self._looked_at(tenant, name, if_generation)
        return self._moved(tenant, record, pointing.lift(record, by, only))

    def stand(
        self,
        tenant: str,
        name: str,
        number: int,
        standing: Standing | None,
        *,
        by: Actor,
        if_generation: int | None = None,
    ) -> SkillRecord:
        record = self._looked_at(tenant, name, if_generation)
        move = pointing.stand(record, self.version(tenant, name, number), standing, by)
        if move is not None:
            self._standings.setdefault(name, {})[number] = standing
        return self._moved(tenant, record, move)

    def restrict(
        self, tenant: str, name: str, restriction: Restriction, *, if_generation: int | None = None
    ) -> SkillRecord:
        pointing.expect_generation(self.generation(tenant), if_generation)
        before, now = self._known(tenant, name), self._now()
        restricted = restricting.restrict(before, name, restriction, now)
        if restricted is None:
            return before or restricting.unheard_of(name, now)
        return self._remembered(tenant, restricted)

    def _known(self, tenant: str, name: str) -> SkillRecord | None:
        try:
            return self.skill(tenant, name)
        except NotFoundError:
            return None

    def _looked_at(self, tenant: str, name: str, if_generation: int | None) -> SkillRecord:
        pointing.expect_generation(self.generation(tenant), if_generation)
        return self.skill(tenant, name)

    def _moved(self, tenant: str, record: SkillRecord, move: Move | None) -> SkillRecord:
        if move is None:
            return record
        bad = self.standings(tenant, record.name)
        number = None if record.deleted else pointing.meant(record, move.hold)
        if number is not None and number in bad:
            numbers = (each.number for each in self.versions(tenant, record.name))
            number = pointing.chosen(number, numbers, bad)
        return self._remembered(tenant, replace(record, live=number, hold=move.hold))

    def _remembered(self, tenant: str, record: SkillRecord) -> SkillRecord:
        after = replace(record, generation=self.generation(tenant) + 1, updated_at=self._now())
        self._records[after.name] = after
        return after


def preview(admin: Admin, name: str, change: Callable[[Admin], object], number: int | None = None) -> Preview:
    """Blocks, and raises what the change does; `number` is of the version that it is about, if it is about one."""
    generation, before = admin.catalog.generation(admin.tenant), _state(admin, name, number)
    previewed = replace(admin, catalog=PreviewedCatalog(admin))
    change(previewed)
    after = _state(previewed, name, number)
    return Preview(changed=before != after, before=before, after=after, generation=generation)


def _state(admin: Admin, name: str, number: int | None) -> SkillState:
    catalog, tenant = admin.catalog, admin.tenant
    try:
        record = catalog.skill(tenant, name)
    except NotFoundError:
        refused = bool(catalog.quarantined(tenant, name))
        return SkillState(
            name=name,
            status=Status.ERROR if refused else None,
            live_version=None,
            wanted_version=None,
            hold=None,
            standing=None,
            groups=(),
        )
    standings = catalog.standings(tenant, name)
    return SkillState(
        name=name,
        status=None if record.deleted else record.status,
        live_version=record.live,
        wanted_version=record.wanted,
        hold=views.hold(record.hold, standings),
        standing=None if number is None else views.standing(standings.get(number)),
        groups=tuple(sorted(record.groups)),
    )
