"""Whom an operator trusts to sign commits with SSH keys. Source: ALLOWED SIGNERS in ssh-keygen(1), which Git uses as well."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sshsig import PublicKey, allowed_signers

from mcpskills.errors import InvalidInputError
from mcpskills.printable import printable

_LIMIT = 1024 * 1024
_SHOWN = 200
_NAMESPACE = "git"
_FORMATS = {len("20260101"): "%Y%m%d", len("202601010000"): "%Y%m%d%H%M", len("20260101000000"): "%Y%m%d%H%M%S"}


@dataclass(frozen=True, slots=True)
class AllowedSigner:
    """One line: whose key it is, and when commits may be made with it; the end is not included."""

    principals: str
    key: PublicKey
    start: datetime | None
    end: datetime | None

    def may_sign(self, key: PublicKey, at: datetime) -> bool:
        return self.key == key and (self.start is None or self.start <= at) and (self.end is None or at < self.end)


class AllowedSigners:
    """The lines of a file that concern commits. Keys of kinds that cannot be verified here, and certificates, are left out."""

    def __init__(self, signers: Iterable[AllowedSigner] = ()) -> None:
        self._signers = tuple(signers)

    @classmethod
    def read(cls, path: Path) -> "AllowedSigners":
        """Raises `InvalidInputError` for a file that cannot be read or has a line that means nothing."""
        try:
            with path.open("rb") as file:
                content = file.read(_LIMIT + 1)
            if len(content) > _LIMIT:
                raise InvalidInputError(f"The file of allowed signers {path} has more than {_LIMIT} bytes.")
            lines = allowed_signers.load_allowed_signers_file(io.StringIO(content.decode()))
            return cls(signer for line in lines if (signer := _signer(line)) is not None)
        except OSError as error:
            raise InvalidInputError(f"The file of allowed signers {path} cannot be read: {error.strerror}.") from error
        # The library looks at the first character of what may be empty.
        except (ValueError, IndexError) as error:
            raise InvalidInputError(
                f"The file of allowed signers {path} cannot be understood: {printable(str(error), _SHOWN)}. Each line is "
                "`principals [options] key-type key`, see ssh-keygen(1)."
            ) from error

    def principals(self, key: PublicKey, at: datetime) -> str | None:
        """Whose key it was at that time; None when nobody's."""
        return next((signer.principals for signer in self._signers if signer.may_sign(key, at)), None)


def _signer(line: allowed_signers.AllowedSigner) -> AllowedSigner | None:
    options = line.options or {}
    if "cert-authority" in options or not _matches(_NAMESPACE, options.get("namespaces", _NAMESPACE)):
        return None
    try:
        key = PublicKey.from_openssh_str(f"{line.key_type} {line.base64_key}")
    except NotImplementedError:
        return None
    return AllowedSigner(
        printable(line.principals, _SHOWN), key, _time(options.get("valid-after")), _time(options.get("valid-before"))
    )


def _matches(text: str, patterns: str) -> bool:
    """Whether a list of patterns lets a text in, see PATTERNS in ssh_config(5): one with `!` refuses, whatever others say."""
    let_in = False
    for pattern in patterns.split(","):
        wanted = re.escape(pattern.removeprefix("!")).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(wanted, text):
            if pattern.startswith("!"):
                return False
            let_in = True
    return let_in


def _time(text: str | None) -> datetime | None:
    """A time of ssh-keygen's; taken as UTC also without a Z, so that it means the same on every machine."""
    if text is None:
        return None
    digits = text.removesuffix("Z")
    return datetime.strptime(digits, _FORMATS.get(len(digits), "%Y%m%d%H%M%S")).replace(tzinfo=UTC)
