"""The settings choose where everything is kept; what one process keeps another one finds."""

from datetime import UTC, datetime

import pytest

from journal_builders import an_invocation
from mcpskills.adapters import backends
from mcpskills.errors import NotFoundError
from mcpskills.settings import Settings
from session_builders import a_session
from stand_ins.aws_server import AwsServer
from stand_ins.cloud import cloud


def test_on_one_machine_the_journal_outlives_the_process_and_sessions_do_not(tmp_path):
    settings = Settings(data=tmp_path)
    invocation, session = an_invocation(datetime.now(UTC)), a_session()
    with backends.journal(settings) as journal, backends.sessions(settings) as sessions:
        journal.append([invocation])
        sessions.open(session)

    with backends.journal(settings) as journal, backends.sessions(settings) as sessions:
        assert journal.one(invocation.tenant, invocation.id) == invocation
        with pytest.raises(NotFoundError):
            sessions.find(session.key)


def test_in_a_fleet_others_find_invocations_and_sessions(tmp_path, ministack: AwsServer):
    with cloud(ministack) as places:
        settings = Settings(data=tmp_path, **places)
        invocation, session = an_invocation(datetime.now(UTC)), a_session()
        with backends.journal(settings) as journal, backends.sessions(settings) as sessions:
            journal.append([invocation])
            sessions.open(session)

        with backends.journal(settings) as journal, backends.sessions(settings) as sessions:
            assert journal.one(invocation.tenant, invocation.id) == invocation
            assert sessions.find(session.key).key == session.key

    assert list(tmp_path.iterdir()) == []
