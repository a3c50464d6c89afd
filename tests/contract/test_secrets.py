"""What `ports.Secrets` promises."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from catalog_builders import NOON
from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.ports import Secrets
from mcpskills.secret import MOST_BYTES, NewValue, Secret

SecretsOf = Callable[[str], Secrets]
SKILLS = frozenset({"pdf-forms", "letters"})
LATER = NOON + timedelta(hours=1)


def test_a_value_is_given_to_the_skills_that_get_it_and_to_no_other(secrets_of: SecretsOf):
    secrets = secrets_of("acme")

    secrets.put("API_KEY", NewValue("grün\n", "ada", NOON))
    secrets.grant("API_KEY", SKILLS)

    assert [secrets.value("API_KEY", skill) for skill in sorted(SKILLS)] == ["grün\n", "grün\n"]
    with pytest.raises(NotFoundError, match="There is no secret API_KEY"):
        secrets.value("API_KEY", "another")


def test_what_is_known_of_a_secret_has_who_set_which_version_when(secrets_of: SecretsOf):
    secrets = secrets_of("acme")

    first = secrets.put("API_KEY", NewValue("one", "ada", NOON))
    granted = secrets.grant("API_KEY", SKILLS)
    second = secrets.put("API_KEY", NewValue("two", "grace", LATER))

    assert first == Secret("API_KEY", 1, NOON, "ada")
    assert granted == Secret("API_KEY", 1, NOON, "ada", SKILLS)
    assert second == secrets.find("API_KEY") == Secret("API_KEY", 2, LATER, "grace", SKILLS)
    assert secrets.value("API_KEY", "letters") == "two"


def test_secrets_are_listed_in_the_order_of_their_names(secrets_of: SecretsOf):
    secrets = secrets_of("acme")
    assert list(secrets.known()) == []

    for name in ("B", "A_2", "A"):
        secrets.put(name, NewValue("x", "ada", NOON))

    assert [secret.name for secret in secrets.known()] == ["A", "A_2", "B"]


def test_what_was_removed_is_unknown_and_begins_anew_without_grants(secrets_of: SecretsOf):
    secrets = secrets_of("acme")
    secrets.put("API_KEY", NewValue("one", "ada", NOON))
    secrets.grant("API_KEY", SKILLS)

    secrets.remove("API_KEY")

    for asked in (
        lambda: secrets.find("API_KEY"),
        lambda: secrets.remove("API_KEY"),
        lambda: secrets.grant("API_KEY", SKILLS),
        lambda: secrets.value("API_KEY", "letters"),
        lambda: secrets.find("../API_KEY"),
    ):
        with pytest.raises(NotFoundError):
            asked()
    assert list(secrets.known()) == []
    assert secrets.put("API_KEY", NewValue("two", "ada", NOON)) == Secret("API_KEY", 1, NOON, "ada")


def test_tenants_have_secrets_of_their_own(secrets_of: SecretsOf):
    acme, globex = secrets_of("acme"), secrets_of("globex")

    acme.put("API_KEY", NewValue("one", "ada", NOON))

    assert list(globex.known()) == []
    with pytest.raises(NotFoundError):
        globex.find("API_KEY")


def test_values_of_every_size_up_to_the_most_are_kept(secrets_of: SecretsOf):
    secrets, value = secrets_of("acme"), "x" * MOST_BYTES
    secrets.put("LONG", NewValue(value, "ada", NOON))
    secrets.grant("LONG", frozenset({"letters"}))

    assert secrets.value("LONG", "letters") == value


def test_a_value_shows_in_no_representation():
    assert "s3cret" not in repr(NewValue("s3cret", "ada", NOON))


def test_a_name_that_is_none_is_refused(secrets_of: SecretsOf):
    for name in ("../x", "lower", "", "A" * 65, "PATH", "MCPSKILLS_KEY_PEPPER", "LD_PRELOAD", "A\n"):
        with pytest.raises(InvalidInputError):
            secrets_of("acme").put(name, NewValue("x", "ada", NOON))
