"""Tokens of a user pool of Cognito, as people and programs get them, checked against the keys that the pool publishes."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from catalog_builders import TENANT
from mcpskills.access import ROLES, Role, Scope
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills_server.auth.tokens.authenticator import TokenAuthenticator
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError
from principal_builders import ADA, a_user
from stand_ins.cognito import READ, RUN, make_pool
from token_builders import a_trust


@pytest.fixture(scope="module")
def pool(ministack):
    return make_pool(ministack)


@pytest.fixture
def principals(tmp_path):
    with closing(SqlitePrincipals(tmp_path / "catalog.sqlite", lambda: datetime.now(UTC))) as opened:
        yield opened


@pytest.fixture
def authenticator(principals):
    """Of a server that trusts a pool's clients."""

    def of(pool, *clients, **settings):
        said = {"roles": {"makers": "publisher"}, "scope_prefix": "skills/", **settings}
        trust = a_trust(issuer=pool.issuer, jwks_url=pool.jwks_url, client_ids=clients, **said)
        return TokenAuthenticator(trust, principals)

    return of


def fault(authenticator, token):
    with pytest.raises(RefusedTokenError) as caught:
        authenticator.authenticate(token)
    return caught.value.fault


def test_a_person_who_signed_in_calls_with_the_role_of_their_group_and_the_scopes_they_gave(pool, authenticator):
    subject, client = pool.person("grace", "makers", "office"), pool.public_client()

    caller = (
        authenticator(pool, client).authenticate(pool.sign_in(client, "grace", "openid", READ)["access_token"]).caller
    )

    assert (caller.id, caller.name) == (f"user:{pool.issuer} {subject}", f"grace ({subject})")
    assert (caller.roles, caller.groups) == ({"publisher"}, {"makers", "office"})
    assert caller.scopes == {Scope.SKILLS_READ}


def test_more_scopes_of_a_token_are_no_more_than_the_role_gives(pool, authenticator):
    pool.person("joan", "readers")
    client = pool.public_client([READ, RUN, "skills/users:write"])
    token = pool.sign_in(client, "joan", READ, RUN, "skills/users:write")["access_token"]

    caller = authenticator(pool, client, roles={"readers": "viewer"}).authenticate(token).caller

    assert caller.scopes == {Scope.SKILLS_READ}


def test_asking_the_pool_for_fewer_scopes_gives_no_more(pool, authenticator):
    pool.person("mary", "makers")
    client = pool.public_client(["openid", READ])

    caller = authenticator(pool, client).authenticate(pool.sign_in(client, "mary", "openid")["access_token"]).caller

    assert caller.scopes == frozenset()


def test_a_program_calls_as_itself_with_what_we_know_of_it(pool, authenticator, principals):
    program = pool.program([READ])
    known = a_user(program[0], issuer=pool.issuer)
    principals.put_user(replace(known, roles=frozenset({"developer"}), plan="pro"), ADA)

    caller = authenticator(pool, program[0]).authenticate(pool.token_of(program, READ)).caller

    assert (caller.id, caller.plan) == (f"user:{pool.issuer} {program[0]}", "pro")
    assert caller.scopes == {Scope.SKILLS_READ}


def test_an_id_token_is_not_taken(pool, authenticator):
    pool.person("kay")
    client = pool.public_client()

    tokens = pool.sign_in(client, "kay", "openid", READ)

    assert fault(authenticator(pool, client), tokens["id_token"]) is Fault.USE
    assert fault(authenticator(pool, client), tokens["refresh_token"]) is Fault.USE


def test_a_token_of_a_client_that_is_not_named_is_not_taken(pool, authenticator):
    named, other = pool.program(), pool.program()

    assert fault(authenticator(pool, named[0]), pool.token_of(other, READ)) is Fault.CLIENT
    assert fault(authenticator(pool), pool.token_of(other, READ)) is Fault.AUDIENCE


def test_a_token_of_another_tenants_pool_is_not_taken(pool, ministack, authenticator):
    other = make_pool(ministack)
    program = other.program()
    token = other.token_of(program, READ)

    assert fault(authenticator(pool, program[0]), token) is Fault.UNKNOWN_KEY
    assert authenticator(other, program[0]).authenticate(token).caller.tenant == TENANT


def test_people_without_a_group_may_do_what_everybody_may(pool, authenticator):
    pool.person("dorothy")
    client = pool.public_client()
    token = pool.sign_in(client, "dorothy", "openid")["access_token"]

    caller = authenticator(pool, client, default_role="viewer", scopes="ignored").authenticate(token).caller

    assert caller.scopes == ROLES[Role.VIEWER]
