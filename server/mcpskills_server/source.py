"""Where a replica's snapshot comes from. `catalog_source.py` reads catalog and store, `folder_source.py` a plain folder."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from mcpskills.adapters.checkpointing.keeping import Start
from mcpskills.snapshot import Snapshot
from mcpskills.version import Version


class Source(Protocol):
    """What is served, verified. Every method may be called while another runs; none blocks the event loop."""

    async def start(self) -> Start | None:
        """What to begin with, which may be outdated; None for nothing. Never raises: without a start everything is read."""

    async def refresh(self, old: Snapshot | None) -> Snapshot:
        """The present snapshot; `old` itself when nothing changed. Raises `UnavailableError`.

        A skill whose content cannot be verified keeps what `old` serves, and `failed` says why.
        """

    async def pinned(self, name: str, number: int) -> Version:
        """A version of a skill that is served, live or not. Raises `NotFoundError`."""

    async def package(self, version: Version) -> Mapping[str, bytes]:
        """The files of a version, verified. Raises `NotFoundError`, `CorruptedError`, `UnavailableError`."""

    async def changed_since(self, generation: int) -> frozenset[str] | None:
        """The names of the skills that changed after a generation; None when that is not known. Raises `UnavailableError`."""

    def hints(self) -> AbstractAsyncContextManager[AsyncIterator[object]]:
        """Yields something whenever a refresh is worth while."""
