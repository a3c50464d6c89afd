"""Why a credential is not taken. No message repeats any of it."""

from enum import StrEnum

from mcpskills.errors import McpSkillsError


class Reason(StrEnum):
    """What is the matter with the credential of a request."""

    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


class RefusedCredentialError(McpSkillsError):
    """Who calls cannot be told by what they sent."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def missing() -> RefusedCredentialError:
    return RefusedCredentialError(
        Reason.MISSING, "Say who calls: send an API key as `Authorization: Bearer <key>` or as `X-API-Key: <key>`."
    )


def malformed() -> RefusedCredentialError:
    return RefusedCredentialError(
        Reason.MALFORMED,
        "What was sent is no API key of this server: expected all of `oms_<tenant>_<id>_<secret>`, as it was shown once.",
    )


def unknown() -> RefusedCredentialError:
    """The same for keys that never were, expired or were revoked: which ones there were is nobody's business."""
    return RefusedCredentialError(
        Reason.UNKNOWN, "This API key is not known, or no longer: it may have expired, or been revoked."
    )
