"""Secrets on one machine: a file of each, encrypted with a key that lies elsewhere.

AES-256-GCM; what is known of a secret, its name and its tenant are authenticated with the value, so that who can write the
files, and has no key, can neither read a value, nor give it to a skill, nor put one in the place of another.
"""

import base64
import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mcpskills import secret as secrets
from mcpskills.adapters import private_file, secret_text
from mcpskills.errors import CorruptedError, InvalidInputError, NotFoundError, UnavailableError
from mcpskills.secret import DamagedSecret, NewValue, Secret

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ENDING: Final = ".json"
_LOCK: Final = "lock"

T = TypeVar("T")


class FileSecrets:
    """See `ports.Secrets`. Any number of processes may share the folder and the key."""

    def __init__(self, folder: Path, key: Path, tenant: str) -> None:
        """Nothing is made before the first secret is. `key` is a file of its own for each tenant."""
        self._folder = folder
        self._key = key
        self._tenant = tenant

    def put(self, name: str, value: NewValue) -> Secret:
        secrets.expect_name(name)

        def change() -> Secret:
            names = self._names()
            if name not in names and len(names) >= secrets.MOST:
                raise InvalidInputError(f"There are {secrets.MOST} secrets already, which is the most: remove one.")
            before = self._read(name)[0] if name in names else None
            version = before.version + 1 if before else 1
            skills = before.skills if before else frozenset[str]()
            after = Secret(name, version, value.at, value.by, skills)
            self._write(after, value.text, new=not names)
            return after

        return self._alone(change)

    def grant(self, name: str, skills: frozenset[str]) -> Secret:
        def change() -> Secret:
            before, text = self._read(name)
            after = Secret(name, before.version, before.updated_at, before.updated_by, skills)
            self._write(after, text)
            return after

        return self._alone(change)

    def remove(self, name: str) -> None:
        def change() -> None:
            if name not in self._names():
                raise secret_text.unknown(name)
            self._place(name).unlink()

        self._alone(change)

    def find(self, name: str) -> Secret:
        with self._used():
            return self._known(name)

    def known(self) -> Sequence[Secret | DamagedSecret]:
        found: list[Secret | DamagedSecret] = []
        with self._used():
            for name in sorted(self._names()):
                # One that was removed meanwhile is not there.
                with contextlib.suppress(NotFoundError):
                    found.append(secret_text.or_damaged(name, partial(self._known, name)))
        return found

    def value(self, name: str, skill: str) -> str:
        with self._used():
            found, text = self._read(name)
        if skill not in found.skills:
            raise secret_text.unknown(name)
        return text

    def _alone(self, change: Callable[[], T]) -> T:
        """Make a change while no other process does."""
        with self._used():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._folder / _LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                return change()

    @contextlib.contextmanager
    def _used(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UnavailableError(f"The secrets in {self._folder} cannot be used: {error.strerror}.") from error

    def _names(self) -> frozenset[str]:
        if not self._folder.is_dir():
            return frozenset()
        stems = (path.stem for path in self._folder.iterdir() if path.suffix == _ENDING)
        return frozenset(stem for stem in stems if secrets.NAME.fullmatch(stem))

    def _place(self, name: str) -> Path:
        return self._folder / f"{name}{_ENDING}"

    def _known(self, name: str) -> Secret:
        return self._read(name)[0]

    def _read(self, name: str) -> tuple[Secret, str]:
        if not secrets.NAME.fullmatch(name):
            raise secret_text.unknown(name)
        try:
            content = json.loads(self._place(name).read_bytes())
            known, sealed = content["known"], base64.b64decode(content["sealed"], validate=True)
        except FileNotFoundError:
            raise secret_text.unknown(name) from None
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise self._damaged(name) from error
        try:
            opened = AESGCM(self._opened_key()).decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._bound(name, known)
            )
        except (InvalidTag, ValueError) as error:
            raise self._damaged(name) from error
        return secret_text.secret(name, known), opened.decode()

    def _write(self, of: Secret, text: str, *, new: bool = False) -> None:
        known, nonce = secret_text.text(of), os.urandom(_NONCE_BYTES)
        key = self._opened_key(make=new)
        sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), self._bound(of.name, known))
        content = json.dumps({"known": known, "sealed": base64.b64encode(sealed).decode()}, ensure_ascii=False)
        place = self._place(of.name)
        private_file.written(place, content.encode()).replace(place)

    def _bound(self, name: str, known: str) -> bytes:
        return json.dumps([self._tenant, name, known]).encode()

    def _opened_key(self, *, make: bool = False) -> bytes:
        """Made only while there is no secret: a key that is gone is to be put back, not replaced."""
        if make and not self._key.exists():
            self._key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            private_file.make(self._key, f"{os.urandom(_KEY_BYTES).hex()}\n".encode())
        try:
            key = bytes.fromhex(private_file.read(self._key, "key of secrets").decode().strip())
        except FileNotFoundError:
            raise UnavailableError(
                f"The key of secrets {self._key} is gone: put it back. Without it, remove the folder {self._folder} and set "
                "every secret again."
            ) from None
        except ValueError as error:
            raise InvalidInputError(
                f"The key of secrets {self._key} is none: put back the file that it was."
            ) from error
        if len(key) != _KEY_BYTES:
            raise InvalidInputError(f"The key of secrets {self._key} is none: put back the file that it was.")
        return key

    def _damaged(self, name: str) -> CorruptedError:
        return CorruptedError(
            f"The secret {name} cannot be opened: its file was changed, or made with another key than {self._key}. Put back "
            "what it was, or remove the secret and set it again."
        )
