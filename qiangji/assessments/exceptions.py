"""What can go wrong with a request about a sheet; each message is Chinese and says what to do."""


class AssessmentError(Exception):
    """Base of the errors that end in a message, never in a traceback."""


class OutOfReach(AssessmentError):
    """The sheet is not among those this person may see: the page answers 404."""


class NotAllowed(AssessmentError):
    """In reach, but not for this person; the message says who may."""


class Locked(AssessmentError):
    """The sheet is in a state in which this cannot be done (any more)."""


class Refused(AssessmentError):
    """The input does not fit: a value that the scoring has not, a missing reason, a wrong password."""


class Incomplete(AssessmentError):
    """A stage cannot be concluded; ``missing`` names each open point."""

    def __init__(self, missing: list) -> None:
        super().__init__(f"还有 {len(missing)} 处未完成，补齐后再提交。")
        self.missing = missing


class WrongSignature(Refused):
    """The password under a signature is another one; whoever asked for it counts the failure."""
