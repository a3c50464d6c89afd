"""A bill of materials as CycloneDX 1.6 in JSON: the same bill gives the same bytes, without a time or a random number."""

import json
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency as Graph
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from mcpskills.printable import printable
from mcpskills.sbom.bill import Bill
from mcpskills.sbom.dependency import Dependency

MEDIA_TYPE = "application/vnd.cyclonedx+json"
PREFIX = "io.openmcpskills:"
"""Before the names of our own properties; docs/provenance.md says what each means."""

_SHOWN = 200
_ROOT = "skill"


def document(bill: Bill) -> bytes:
    """The skill is the component that the document describes, its direct and locked dependencies are all there are."""
    root = _skill(bill)
    components = [_component(index, dependency) for index, dependency in enumerate(bill.dependencies, 1)]
    bom = Bom(
        # A serial number names one document: it follows from the package, so that it is the same for the same one.
        serial_number=uuid5(NAMESPACE_URL, f"https://openmcpskills.io/sbom/{bill.digest}"),
        components=components,
        properties=[Property(name=f"{PREFIX}unread", value=f"{path} {fault}") for path, fault in bill.unread],
    )
    bom.metadata.component = root
    # Not `register_dependency`, whose work grows with the square of the components.
    bom.dependencies = [Graph(root.bom_ref, [Graph(component.bom_ref) for component in components])]
    written = json.loads(JsonV1Dot6(bom).output_as_string())
    # When the library ran; when the version was published stands in its provenance.
    del written["metadata"]["timestamp"]
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _skill(bill: Bill) -> Component:
    skill = bill.skill
    licence = printable(skill.license, _SHOWN) if skill.license else ""
    return Component(
        name=printable(skill.name, _SHOWN),
        version=printable(skill.label, _SHOWN) if skill.label else None,
        type=ComponentType.APPLICATION,
        bom_ref=_ROOT,
        description=printable(skill.description, _SHOWN),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=bill.digest.removeprefix("sha256:"))],
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
    )


def _component(index: int, dependency: Dependency) -> Component:
    # The package URL would read better as a reference, but what tells two packages apart may be missing in it.
    return Component(
        name=dependency.name,
        version=dependency.version or None,
        type=ComponentType.LIBRARY,
        bom_ref=f"dependency-{index}",
        purl=_purl(dependency),
        properties=list(_properties(dependency)),
    )


def _purl(dependency: Dependency) -> PackageURL | None:
    """None for what no package URL names: a package from an address, or one whose ecosystem is not told."""
    if not dependency.ecosystem or dependency.url:
        return None
    namespace, _, name = dependency.name.rpartition("/")
    try:
        return PackageURL(dependency.ecosystem, namespace or None, name, dependency.version or None)
    except ValueError:
        return None


def _properties(dependency: Dependency) -> Iterator[Property]:
    for file in dependency.files:
        yield Property(name=f"{PREFIX}declaredIn", value=file)
    if dependency.wanted:
        yield Property(name=f"{PREFIX}wanted", value=dependency.wanted)
    if dependency.url:
        yield Property(name=f"{PREFIX}address", value=dependency.url)
