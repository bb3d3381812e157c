"""What can go wrong with a request about a rectification; each message is Chinese and says what to do."""


class RectificationError(Exception):
    """Base of the errors that end in a message, never in a traceback."""


class NotAllowed(RectificationError):
    """In reach, but not for this person; the message says who may."""


class Locked(RectificationError):
    """The rectification is in a state in which this cannot be done (any more)."""


class Refused(RectificationError):
    """The input does not fit: something is missing or too long."""


class Incomplete(RectificationError):
    """A step cannot be made; ``missing`` names each open point."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("；".join(missing))
        self.missing = missing
