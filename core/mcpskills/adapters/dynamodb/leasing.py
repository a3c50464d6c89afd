"""The lease of a tenant: one item, changed only by who saw it as it is."""

from mcpskills.adapters.dynamodb import attributes, keys
from mcpskills.adapters.dynamodb.attributes import Fields
from mcpskills.adapters.dynamodb.database import Database, decided
from mcpskills.adapters.lease_watch import LeaseWatch
from mcpskills.errors import LeaseLostError
from mcpskills.ports import Lease


def acquire(database: Database, watch: LeaseWatch, tenant: str, holder: str, seconds: float) -> Lease:
    """Raises `LeaseLostError` while another holder's lease has not run out."""

    def attempt() -> Lease:
        row = database.get(keys.lease(tenant))
        # Asked for after the answer, from which the clock may have learned what time it is.
        moment = database.now().timestamp()
        in_force = row is not None and row["expires_at"] > moment
        if row is not None and in_force and row["holder"] != holder:
            if not watch.stood_still(tenant, row["token"], row["expires_at"], seconds):
                raise LeaseLostError(f"The publisher {row['holder']} holds the lease of tenant {tenant!r}.")
            in_force = False
        # A holder that renews in time keeps its token; a change of hands, or a pause past the end, makes a new one.
        token = (row["token"] if row else 0) + (0 if in_force else 1)
        _put(database, tenant, row, holder=holder, token=token, expires_at=moment + seconds)
        return Lease(tenant, token, holder)

    return decided(attempt)


def release(database: Database, lease: Lease) -> None:
    """Let it run out now, if it is still the present one."""

    def attempt() -> None:
        row = database.get(keys.lease(lease.tenant))
        if row is not None and row["token"] == lease.token:
            _put(database, lease.tenant, row, holder=row["holder"], token=lease.token, expires_at=0)

    decided(attempt)


def _put(database: Database, tenant: str, seen: Fields | None, **values: str | float) -> None:
    key = keys.lease(tenant)
    item = attributes.item({"pk": key.pk, "sk": key.sk, **values}, "A lease")
    if seen is None:
        database.put_if(item, "attribute_not_exists(pk)", {}, {})
    else:
        condition, names = "#token = :token AND expires_at = :expires_at", {"#token": "token"}
        kept = {f":{name}": attributes.attribute(seen[name]) for name in ("token", "expires_at")}
        database.put_if(item, condition, kept, names)
