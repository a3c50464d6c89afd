"""What a version is made of: its bill of materials, which is CycloneDX."""

import json
from dataclasses import dataclass
from typing import Final

from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.refusals import Own, UnusableError
from mcpskills_dashboard.client.rows import Row, read

_OURS: Final = "io.openmcpskills:"


class _Named(Row):
    id: str | None = None
    name: str | None = None


class _Licence(Row):
    license: _Named | None = None
    expression: str | None = None

    @property
    def said(self) -> str | None:
        named = self.license or _Named()
        return self.expression or named.id or named.name


class _Property(Row):
    name: str
    value: str = ""


class _Described(Row):
    properties: tuple[_Property, ...] = ()

    def said(self, name: str) -> tuple[str, ...]:
        """The values of a property of ours."""
        return tuple(each.value for each in self.properties if each.name == f"{_OURS}{name}")


class Package(_Described):
    """`version` is None where no file says which release it is; then `wanted` has the range, if one is asked for."""

    name: str
    type: str = "library"
    version: str | None = None
    purl: str | None = None
    licenses: tuple[_Licence, ...] = ()

    @property
    def licence(self) -> str:
        return ", ".join(filter(None, (each.said for each in self.licenses)))

    @property
    def wanted(self) -> str | None:
        return next(iter(self.said("wanted")), None)

    @property
    def address(self) -> str | None:
        """Its package URL, or where else it comes from."""
        return self.purl or next(iter(self.said("address")), None)

    @property
    def files(self) -> tuple[str, ...]:
        """Those of the skill that name it."""
        return self.said("declaredIn")


class _Bill(_Described):
    components: tuple[Package, ...] = ()


@dataclass(frozen=True, slots=True)
class Materials:
    """`document` is all of it as JSON. `unread` says which files could not be read, and why: what they name is missing."""

    document: str
    packages: tuple[Package, ...]
    unread: tuple[str, ...]


def shown(api: Api, name: str, version: int) -> Materials:
    """Refused with `missing` for a version without a bill."""
    content = api.get_bytes(f"/skills/{segment(name)}/versions/{version}/sbom")
    try:
        document = json.loads(content)
    except ValueError as error:
        raise UnusableError(Own("problems.bill_of_materials")) from error
    bill = read(_Bill, document)
    packages = tuple(each for each in bill.components if each.type != "file")
    return Materials(json.dumps(document, indent=2, ensure_ascii=False), packages, bill.said("unread"))
