"""Servers that lead ours to where it should not go."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from builders import skill_folder
from mcpskills.adapters.advisers.llm import LanguageModel
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.origins import origin
from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.settings import Settings

METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"


@contextmanager
def redirecting(to: str) -> Iterator[str]:
    """A server that sends whoever comes elsewhere; gives its address."""

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests have nobody who reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_registry_that_redirects_to_the_credentials_of_the_machine_is_not_followed(tmp_path: Path):
    with redirecting(METADATA) as at, pytest.raises(UnavailableError, match=r"169\.254\.169\.254 is no server"):
        GitRepository.open(f"{at}/registry.git", tmp_path).fetch("main")


def test_a_model_at_the_credentials_of_the_machine_is_not_asked():
    with pytest.raises(UnavailableError, match="is never asked"):
        LanguageModel(METADATA, "a-model", "a-key").advise(skill_folder())


@pytest.mark.parametrize("setting", ["github_api", "github_web"])
def test_the_token_of_the_app_goes_nowhere_without_https(tmp_path: Path, setting: str):
    settings = Settings(
        data=tmp_path,
        github_repository="acme/skills",
        github_repository_id=1,
        github_owner_id=2,
        github_app_id=3,
        github_installation_id=4,
        github_private_key="a key",
        **{setting: "http://github.example.org"},
    )

    with pytest.raises(InvalidInputError, match=f"MCPSKILLS_{setting.upper()}: Expected an https URL"):
        origin(settings)
