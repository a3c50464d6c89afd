"""Why a token is not taken. Every reason has a row in docs/authentication.md."""

from enum import StrEnum

from mcpskills_server.auth.refusals import Reason, RefusedCredentialError


class Fault(StrEnum):
    """What is wrong with a token, as logs and tests have it."""

    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    UNKNOWN_KEY = "unknown-key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    USE = "use"
    AUDIENCE = "audience"
    CLIENT = "client"
    TENANT = "tenant"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    DISABLED = "disabled"


class RefusedTokenError(RefusedCredentialError):
    """The token is not taken. The message is for whoever sent it, and has nothing of the token in it."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(_REASONS.get(fault, Reason.UNKNOWN), message)
        self.fault = fault


_REASONS = {Fault.MALFORMED: Reason.MALFORMED, Fault.EXPIRED: Reason.EXPIRED}
