"""The one error tree. Adapters turn foreign errors into these; one table per border turns these into answers.

Every message is one sentence or two for a person: what was expected, what was found, what to do.
"""


class McpSkillsError(Exception):
    """Root of all errors that the product raises on purpose."""

    @property
    def message(self) -> str:
        return str(self)


class InvalidInputError(McpSkillsError):
    """What came from outside cannot be accepted as it is."""


class TooLargeError(InvalidInputError):
    """What came from outside exceeds a limit."""


class NotFoundError(McpSkillsError):
    """The thing that was named does not exist."""


class RevokedError(NotFoundError):
    """The version that was named was revoked: its bytes are refused everywhere."""


class ForbiddenError(McpSkillsError):
    """Whoever asks may not do this."""


class ConflictError(McpSkillsError):
    """The change contradicts the present state, for example a version number that is taken."""


class PreconditionFailedError(McpSkillsError):
    """The state moved on since the caller looked at it; look again and repeat."""


class LeaseLostError(McpSkillsError):
    """Another publisher took over; this one must not write."""


class CorruptedError(McpSkillsError):
    """Stored bytes do not match their digest."""


class UnavailableError(McpSkillsError):
    """A part that is needed cannot be reached or used now."""


class HistoryRewrittenError(McpSkillsError):
    """The tracked branch no longer descends from the last published commit."""
