"""What can go wrong with a request about results; each message is Chinese and says what to do."""


class ResultsError(Exception):
    """Base of the errors that end in a message, never in a traceback."""


class NotAllowed(ResultsError):
    """In reach, but not for this person; the message says who may."""


class Locked(ResultsError):
    """The state in which this was decided is not the present one, or it cannot be done (any more)."""


class Refused(ResultsError):
    """The input does not fit: a missing reason, a date that is over, a second approver who is the first."""
