"""What can go wrong with a request about a sheet; each message is Chinese and says what to do."""

from typing import Any


class AssessmentError(Exception):
    """Base of the errors that end in a message, never in a traceback."""


class OutOfReach(AssessmentError):
    """The sheet is not among those this person may see: the page answers 404."""


class NotAllowed(AssessmentError):
    """In reach, but not for this person; the message says who may."""


class Locked(AssessmentError):
    """The sheet is in a state in which this cannot be done (any more)."""


class Refused(AssessmentError):
    """The input does not fit: a value that the scoring has not, a missing reason, a wrong password.

    ``field`` names the input it is about, where a page shows the error beside it.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Incomplete(AssessmentError):
    """A stage cannot be concluded; ``missing`` names each open point."""

    def __init__(self, missing: list) -> None:
        super().__init__(f"还有 {len(missing)} 处未完成，补齐后再提交。")
        self.missing = missing


class WrongSignature(Refused):
    """The password under a signature is another one; whoever asked for it counts the failure."""


class Unanswered(Locked):
    """The conditions under which a sheet is not rated were not answered for yet, before the stage that is final ends."""

    def __init__(self) -> None:
        super().__init__("完成验收之前，请先核对有没有不予评定的情形。")


class Unseen(Locked):
    """Something changed since the stage before had ended, and whoever concludes this one has not been shown it."""

    def __init__(self, changes: Any) -> None:
        super().__init__("前一阶段结束以后有变动，请核对后再完成。")
        self.changes = changes
