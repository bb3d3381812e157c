"""What can go wrong with a request about a practice; each message is Chinese and says what to do."""


class PracticeError(Exception):
    """Base of the errors that end in a message, never in a traceback."""


class NotAllowed(PracticeError):
    """In reach, but not for this person; the message says who may."""


class Locked(PracticeError):
    """The practice is in a state in which this cannot be done (any more)."""


class Refused(PracticeError):
    """The input does not fit; ``problems`` names each point, with the field where it is about one."""

    def __init__(self, *problems: "Problem | str") -> None:
        self.problems = [one if isinstance(one, Problem) else Problem("", one) for one in problems]
        super().__init__("；".join(one.words for one in self.problems))


class Problem:
    """One thing that does not fit: the field's name ("" where it is about none), and what to do."""

    def __init__(self, field: str, words: str) -> None:
        self.field, self.words = field, words

    def __str__(self) -> str:
        return self.words
