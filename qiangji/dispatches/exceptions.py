"""What can go wrong with a request about a dispatch; each message is Chinese and says what to do."""


class DispatchError(Exception):
    """Base of the errors that end in a message, never in a traceback."""


class NotAllowed(DispatchError):
    """In reach, but not for this person; the message says who may."""


class Locked(DispatchError):
    """The task is in a state in which this cannot be done (any more)."""


class Refused(DispatchError):
    """The input does not fit; ``problems`` names each point."""

    def __init__(self, *problems: str) -> None:
        super().__init__("；".join(problems))
        self.problems = list(problems)
