"""The settings by which a deployable works on a repository of the fake GitHub."""

from typing import Any

from fakes.github import FakeGitHub, FakeRepository
from fakes.github_app import APP_ID, INSTALLATION_ID, private_key


def on_github(hub: FakeGitHub, repository: FakeRepository) -> dict[str, Any]:
    return {
        "github_repository": repository.name,
        "github_repository_id": repository.id,
        "github_owner_id": repository.owner_id,
        "github_app_id": APP_ID,
        "github_installation_id": INSTALLATION_ID,
        "github_private_key": private_key(),
        "github_api": hub.url,
        "github_web": hub.url,
    }
