"""What a commit is signed with, found in its raw bytes: whoever reads fields and writes them again verifies something else.

SSH signatures are verified (ed25519 and RSA); others are only said to be there. Source: PROTOCOL.sshsig of OpenSSH,
`parse_buffer_signed_by_header` of Git.
"""

import re
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from sshsig import InvalidSignature, PublicKey, check_signature
from sshsig.sshsig import SshsigSignature

from mcpskills.adapters.git.allowed_signers import AllowedSigners
from mcpskills.provenance import UNSIGNED, CommitSignature, SignatureState

_LIMIT = 64 * 1024
_HEADER = re.compile(rb"^gpgsig(-sha256)? (.*\n(?: .*\n)*)", re.MULTILINE)
_FORMATS = (
    (b"-----BEGIN SSH SIGNATURE-----", "ssh"),
    (b"-----BEGIN PGP ", "gpg"),
    (b"-----BEGIN SIGNED MESSAGE-----", "x509"),
)
_HASHES = (b"sha256", b"sha512")
"""All that PROTOCOL.sshsig allows; the library would take any hash that Python knows."""


def of(raw: bytes, committed_at: datetime, signers: AllowedSigners) -> CommitSignature:
    """Judge the signature of a commit, however hostile, by its raw bytes without Git's own header.

    Like Git, it asks who held the key at the time that the commit names.
    """
    payload, armors = _taken_apart(raw)
    if not armors:
        return UNSIGNED
    kind = next((name for start, name in _FORMATS if armors[0].startswith(start)), "unknown")
    if len(armors) > 1 or len(armors[0]) > _LIMIT:
        return CommitSignature(SignatureState.INVALID, kind)
    if kind != "ssh":
        return CommitSignature(SignatureState.UNCHECKED, kind)
    try:
        key = _checked(payload, armors[0])
    except NotImplementedError:
        return CommitSignature(SignatureState.UNCHECKED, kind)
    # What the library raises for bytes that are no signature: it asserts, and asks functions of others.
    except (InvalidSignature, ValueError, AssertionError, TypeError, UnsupportedAlgorithm):
        return CommitSignature(SignatureState.INVALID, kind)
    signer = signers.principals(key, committed_at)
    state = SignatureState.UNKNOWN_SIGNER if signer is None else SignatureState.VERIFIED
    return CommitSignature(state, kind, key.sha256_str(), signer)


def _taken_apart(raw: bytes) -> tuple[bytes, list[bytes]]:
    """What was signed, and the signatures for the commit's own id; one for an id of another kind is not looked at."""
    end = raw.find(b"\n\n") + 1 or len(raw)
    headers = raw[:end]
    armors = [found[2].replace(b"\n ", b"\n") for found in _HEADER.finditer(headers) if not found[1]]
    return _HEADER.sub(b"", headers) + raw[end:], armors


def _checked(payload: bytes, armor: bytes) -> PublicKey:
    """The key that signed the payload."""
    if SshsigSignature.from_armored(armor).hash_algo not in _HASHES:
        raise InvalidSignature("a hash that the protocol does not allow")
    return check_signature(payload, armor, "git")
