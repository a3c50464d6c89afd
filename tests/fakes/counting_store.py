"""A package store in front of a real one, that knows what it was asked for."""

from mcpskills.ports import PackageStore


class CountingStore:
    """`asked` has the digest of every `get`, in their order."""

    def __init__(self, store: PackageStore) -> None:
        self._store = store
        self.asked: list[str] = []
        self.put = store.put
        self.remove = store.remove

    def get(self, digest: str) -> bytes:
        self.asked.append(digest)
        return self._store.get(digest)
