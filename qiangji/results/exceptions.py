"""What can go wrong with a request about results; each message is Chinese and says what to do."""


class ResultsError(Exception):
    """Base of the errors that end in a message, never in a traceback."""


class NotAllowed(ResultsError):
    """In reach, but not for this person; the message says who may."""


class Locked(ResultsError):
    """The state in which this was decided is not the present one, or it cannot be done (any more)."""


class Refused(ResultsError):
    """The input does not fit: a missing reason, a date that is over, a second approver who is the first.

    ``field`` names the input it is about, where a page shows the error beside it.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
