"""The other side of a registry repository that stands at a URL: fetch into a bare mirror, push moves of references."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from dulwich.client import GitClient, default_urllib3_manager, get_transport_and_path
from dulwich.config import ConfigDict
from dulwich.errors import SendPackError
from dulwich.file import FileLocked
from dulwich.object_store import ObjectStoreGraphWalker
from dulwich.objects import ZERO_SHA, ObjectID, ShaFile
from dulwich.pack import PackData, pack_objects_to_data
from dulwich.refs import LOCAL_BRANCH_PREFIX, Ref, local_branch_name
from dulwich.repo import Repo
from urllib3 import BaseHTTPResponse, PoolManager

from mcpskills import outbound
from mcpskills.adapters.git import commits
from mcpskills.adapters.git.location import Location
from mcpskills.adapters.git.moves import Move, MovedError
from mcpskills.adapters.git.objects import Objects

PROPOSALS = b"refs/heads/proposal/"
RECORDS = b"refs/mcpskills/proposals/"

Credentials = Callable[[], tuple[str, str]]
"""Gives user and password for every call, so that a token may be a new one each time. Raises `UnavailableError`."""

_SECONDS = b"60"
_TRIES = 5
# A publisher has nobody who could answer a question about a password or a host key.
_SSH = b"ssh -o BatchMode=yes -o ConnectTimeout=20"
# What servers say when another push came between; they have no code for it.
_OVERTAKEN = (
    "failed to update ref",
    "incorrect old value",
    "cannot lock ref",
    "remote ref updated",
    # These are dulwich's own, for a repository behind a file URL.
    "unable to set",
    "unable to remove",
)


class Remote:
    """Foreign errors pass through; the repository that owns the mirror translates them."""

    def __init__(self, location: Location, mirrors: Path, credentials: Credentials | None = None) -> None:
        """`mirrors` is the folder that holds the mirror, under a name made from the location."""
        self._location = location
        self._credentials = credentials
        self.mirror = mirrors / f"{hashlib.sha256(location.text.encode()).hexdigest()[:16]}.git"

    def open(self) -> Repo:
        """The mirror, made when it is not there yet: complete or not at all."""
        if not self.mirror.exists():
            self.mirror.parent.mkdir(parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(dir=self.mirror.parent, prefix=".new-"))
            Repo.init_bare(beside, default_branch=b"main").close()
            beside.rename(self.mirror)
        return Repo(os.fspath(self.mirror), bare=True)

    def fetch(self, mirror: Repo, branch: str, also: Collection[str] = ()) -> None:
        """Bring the branch, the proposals and the references `also` as they are there now; what is gone there goes here."""
        named = {local_branch_name(branch.encode()), *(ref.encode() for ref in also)}

        def follows(ref: bytes) -> bool:
            return ref in named or ref.startswith((PROPOSALS, RECORDS))

        def wants(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:
            del depth
            # Those of the result are read again later behind a file URL, and those of a try that failed were not fetched.
            there.clear()
            there.update(refs)
            return sorted({oid for ref, oid in refs.items() if follows(ref) and oid not in objects})

        there: dict[Ref, ObjectID] = {}
        objects = Objects(mirror.object_store)
        walker = ObjectStoreGraphWalker(_heads(mirror), lambda oid: commits.parents(objects, oid))
        for left in reversed(range(_TRIES)):
            try:
                with self._client() as (client, path), _incoming(mirror) as pack:
                    client.fetch_pack(path, wants, walker, pack.write, ref_prefix=[*named, PROPOSALS, RECORDS])
                break
            except AssertionError:
                # Behind a file URL dulwich lists references and reads them one by one; one of them went away between.
                if not left:
                    raise
        here = mirror.refs.as_dict()
        for ref, oid in there.items():
            if follows(ref) and here.get(ref) != oid:
                mirror.refs[ref] = oid
        for ref in here.keys() - there.keys():
            if follows(ref):
                mirror.refs.remove_if_equals(ref, None)

    def push(self, moves: Sequence[Move], new: Sequence[ShaFile]) -> None:
        """Move references there. `new` holds what they need that is not there yet. Raises `MovedError`.

        A server may take some moves and not others; that one is told which was refused first.
        """

        def update(refs: Mapping[Ref, ObjectID]) -> dict[Ref, ObjectID]:
            for move in moves:
                if refs.get(move.ref, ZERO_SHA) != (move.old or ZERO_SHA):
                    raise MovedError(move.ref.decode("utf-8", "backslashreplace"))
            return {move.ref: move.new or ZERO_SHA for move in moves}

        with self._client() as (client, path):
            try:
                # The server compares again: the old ids that were advertised go along with the new ones.
                result = client.send_pack(path.encode(), update, lambda *_, **__: pack_objects_to_data(new))
            except FileLocked as error:
                # Behind a file URL there is no server: another process is at it this moment, so a reference is about to move.
                raise MovedError(os.fsdecode(error.filename)) from error
        for ref, refused in (result.ref_status or {}).items():
            if refused and any(words in refused for words in _OVERTAKEN):
                raise MovedError(ref.decode("utf-8", "backslashreplace"))
            if refused:
                raise SendPackError(f"the server refused {ref.decode('utf-8', 'backslashreplace')}: {refused}")

    @contextmanager
    def _client(self) -> Iterator[tuple[GitClient, str]]:
        config = ConfigDict()
        config.set((b"http",), b"timeout", _SECONDS)
        config.set((b"core",), b"sshCommand", _SSH)
        made = default_urllib3_manager(config, base_url=self._location.text, pool_manager_cls=_Pool)
        pool = cast("PoolManager", made)
        user, password = self._credentials() if self._credentials else (None, None)
        client, path = get_transport_and_path(
            self._location.text, config=config, username=user, password=password, thin_packs=False, pool_manager=pool
        )
        try:
            yield client, path
        finally:
            client.close()
            pool.clear()


class _Pool(PoolManager):
    """Connections that end with it: dulwich leaves an answer open that it refuses, until memory happens to be collected."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._answers: list[BaseHTTPResponse] = []

    def urlopen(  # type: ignore[override]  # as PoolManager itself differs from its parent
        self, method: str, url: str, redirect: bool = True, **options: Any
    ) -> BaseHTTPResponse:
        # A server that redirects is followed by another call of this one.
        answer = super().urlopen(method, outbound.checked(url), redirect, **options)
        self._answers.append(answer)
        return answer

    def clear(self) -> None:
        for answer in self._answers:
            answer.close()
        self._answers.clear()
        super().clear()


def _heads(mirror: Repo) -> list[ObjectID]:
    return [oid for ref, oid in mirror.refs.as_dict().items() if ref.startswith(LOCAL_BRANCH_PREFIX)]


@contextmanager
def _incoming(mirror: Repo) -> Iterator[BinaryIO]:
    """A file for a pack, which becomes the mirror's when something was written to it.

    dulwich itself takes no pack in which it cannot read every single object, and so none with an odd commit.
    """
    folder = Path(os.fsdecode(mirror.object_store.pack_dir))
    with tempfile.TemporaryDirectory(dir=folder, prefix="incoming-") as beside:
        pack, index = Path(beside, "pack"), Path(beside, "idx")
        with pack.open("wb") as file:
            yield file
        if not pack.stat().st_size:
            return
        with PackData(pack, mirror.object_store.object_format) as data:
            data.check()
            data.create_index(os.fspath(index))
            name = data.get_stored_checksum().hex()
        # The index last: by it a pack is found.
        pack.rename(folder / f"pack-{name}.pack")
        index.rename(folder / f"pack-{name}.idx")
