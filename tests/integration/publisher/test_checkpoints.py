"""When a publisher writes checkpoints, from what, and what it leaves behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from builders import skill_folder
from catalog_builders import GRACE, NOON, TENANT, a_standing, lease_of
from checkpoint_builders import with_an_unreadable_skill
from fakes.counting_store import CountingStore
from mcpskills import checkpoint, package
from mcpskills.adapters.checkpointing import keeping
from mcpskills.adapters.checkpointing.keeping import Start
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.checkpoint import PAYLOAD_TYPE, Checkpoint, Stated
from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.settings import SIGNING_KEY
from mcpskills_publisher.checkpointing import LEAST_CHANGES, LONGEST, due
from publisher_scene import Scene

LATER = LONGEST.total_seconds()


def checkpoint_of(registry: Scene) -> Start:
    key = FileKey.open(registry.data / SIGNING_KEY)
    return keeping.load(registry.catalog, registry.store, TENANT, TrustedKeys.read([key.public_pem]).verify)


def served_in(registry: Scene) -> dict[str, int]:
    """What the newest checkpoint serves: the version of every skill."""
    return {name: served.version.number for name, served in checkpoint_of(registry).snapshot.skills.items()}


def push_and_wait(registry: Scene, body: str) -> str:
    """Push, and reconcile when the last checkpoint is old enough; gives the digest of the checkpoint."""
    registry.work.publish(skill_folder(body=body))
    registry.clock.pass_by(LATER)
    registry.reconcile()
    key = FileKey.open(registry.data / SIGNING_KEY)
    return keeping.newest(registry.catalog, TENANT, TrustedKeys.read([key.public_pem]).verify).digest


@pytest.mark.parametrize(
    ("changes", "seconds", "wanted"),
    [
        (0, LATER * 9, False),
        (1, LATER - 1, False),
        (1, LATER, True),
        (LEAST_CHANGES - 1, 0, False),
        (LEAST_CHANGES, 0, True),
        # The catalog was restored from an earlier time.
        (-1, 0, True),
    ],
)
def test_a_checkpoint_is_due_after_many_changes_or_some_time(changes: int, seconds: float, *, wanted: bool):
    last = Checkpoint(7, "{}", NOON)

    assert due(last, 7 + changes, NOON + timedelta(seconds=seconds)) is wanted


def test_the_first_reconcile_writes_a_checkpoint_and_the_next_ones_wait(registry: Scene):
    registry.work.publish(skill_folder("apple-pie"), skill_folder())
    registry.reconcile()
    first = registry.catalog.checkpoint(TENANT)
    registry.work.publish(skill_folder(body="Better.\n"))

    registry.reconcile()

    assert first.generation == 2
    assert registry.catalog.checkpoint(TENANT) == first
    assert served_in(registry) == {"apple-pie": 1, "pdf-forms": 1}


def test_an_empty_registry_has_no_checkpoint(registry: Scene):
    registry.reconcile()

    assert registry.catalog.checkpoint(TENANT) is None


def test_what_admins_changed_is_in_the_next_checkpoint_though_nothing_was_pushed(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.publish(skill_folder(body="Better.\n"))
    registry.reconcile()
    registry.catalog.stand(TENANT, "pdf-forms", 2, a_standing(), by=GRACE)
    registry.clock.pass_by(LATER)

    registry.reconcile()

    assert served_in(registry) == {"pdf-forms": 1}


def test_a_checkpoint_goes_on_from_the_one_before_and_reads_only_what_changed(registry: Scene):
    registry.work.publish(skill_folder("apple-pie"), skill_folder())
    registry.reconcile()
    store = registry.store = CountingStore(registry.store)
    digest = registry.catalog.version(TENANT, "apple-pie", 1).digest

    push_and_wait(registry, "Better.\n")

    assert digest not in store.asked
    assert served_in(registry) == {"apple-pie": 1, "pdf-forms": 2}


def test_the_search_of_a_checkpoint_knows_what_is_served(registry: Scene):
    registry.work.publish(skill_folder("apple-pie", body="Knead the dough.\n"), skill_folder(body="Some sheets.\n"))
    registry.reconcile()
    registry.work.delete("skills/apple-pie")
    push_and_wait(registry, "Flatten the boxes.\n")

    index = checkpoint_of(registry).index

    assert [index.names(word, 5) for word in ("dough", "sheets", "flatten")] == [[], [], ["pdf-forms"]]


def test_the_one_before_is_kept_for_who_is_reading_it_and_older_ones_are_removed(registry: Scene):
    first, second, third = (push_and_wait(registry, f"{body}.\n") for body in ("One", "Two", "Three"))

    assert registry.store.get(second)
    assert registry.store.get(third)
    with pytest.raises(NotFoundError):
        registry.store.get(first)


def test_a_checkpoint_that_was_lost_is_written_anew_from_every_skill(registry: Scene):
    registry.work.publish(skill_folder("apple-pie"))
    registry.store.remove(push_and_wait(registry, "One.\n"))

    push_and_wait(registry, "Two.\n")

    assert served_in(registry) == {"apple-pie": 1, "pdf-forms": 2}


def test_a_checkpoint_with_a_skill_that_cannot_be_read_is_written_anew_from_every_skill(registry: Scene):
    registry.work.publish(skill_folder("apple-pie"))
    content = with_an_unreadable_skill(registry.store.get(push_and_wait(registry, "One.\n")), "apple-pie")
    registry.store.put(package.digest(content), content)
    lease, key = lease_of(registry.catalog), FileKey.open(registry.data / SIGNING_KEY)
    stated = Stated(TENANT, registry.catalog.generation(TENANT), package.digest(content), None)
    envelope = key.sign(checkpoint.statement(stated), PAYLOAD_TYPE)
    registry.catalog.put_checkpoint(lease, Checkpoint(stated.generation, envelope, NOON))
    registry.catalog.release_lease(lease)

    push_and_wait(registry, "Two.\n")

    assert served_in(registry) == {"apple-pie": 1, "pdf-forms": 2}


def test_nobody_makes_the_publisher_remove_a_package_by_a_forged_checkpoint(registry: Scene):
    push_and_wait(registry, "One.\n")
    forged = replace(registry.catalog.checkpoint(TENANT), envelope="{}")
    registry.catalog.put_checkpoint(lease_of(registry.catalog, "mallory"), forged)
    registry.catalog.release_lease(lease_of(registry.catalog, "mallory"))

    push_and_wait(registry, "Two.\n")

    assert registry.files("pdf-forms")["SKILL.md"].endswith(b"Two.\n")
    assert served_in(registry) == {"pdf-forms": 2}


class SignerOfVersions:
    """A real key that cannot be reached for checkpoints."""

    def __init__(self, key: FileKey) -> None:
        self._key = key
        self.key_id, self.public_pem = key.key_id, key.public_pem

    def sign(self, payload: bytes, payload_type: str) -> str:
        if payload_type == PAYLOAD_TYPE:
            raise UnavailableError("The key cannot be reached.")
        return self._key.sign(payload, payload_type)


def test_a_checkpoint_that_cannot_be_written_is_no_reason_not_to_publish(registry: Scene):
    registry.work.publish(skill_folder())
    signer = SignerOfVersions(FileKey.open(registry.data / SIGNING_KEY))

    with capture_logs() as logged:
        summary = registry.reconcile(signer=signer)

    assert summary.done.published == ("pdf-forms",)
    assert registry.catalog.checkpoint(TENANT) is None
    assert [line["reason"] for line in logged if line["event"] == "no checkpoint was written"] == [
        "The key cannot be reached."
    ]
