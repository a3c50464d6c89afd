"""Secrets as somebody works with them who does not see every skill: what is hidden from them stays as it is, untold."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Union

from mcpskills.ports import Secrets
from mcpskills.secret import DamagedSecret, NewValue, Secret


class SeenSecrets:
    """What the admin API uses of `ports.Secrets`."""

    def __init__(self, secrets: Union[Secrets, "SeenSecrets"], hidden: frozenset[str]) -> None:
        self._secrets = secrets
        self._hidden = hidden

    def put(self, name: str, value: NewValue) -> Secret:
        return self._seen(self._secrets.put(name, value))

    def grant(self, name: str, skills: frozenset[str]) -> Secret:
        kept = self._secrets.find(name).skills & self._hidden
        return self._seen(self._secrets.grant(name, skills | kept))

    def remove(self, name: str) -> None:
        self._secrets.remove(name)

    def find(self, name: str) -> Secret:
        return self._seen(self._secrets.find(name))

    def known(self) -> Sequence[Secret | DamagedSecret]:
        return [secret if isinstance(secret, DamagedSecret) else self._seen(secret) for secret in self._secrets.known()]

    def _seen(self, secret: Secret) -> Secret:
        return replace(secret, skills=secret.skills - self._hidden)
