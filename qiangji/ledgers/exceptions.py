"""What can go wrong with a request about ledgers; each message is Chinese, names the place and says what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in what was handed in: at which field of the form (empty: the whole), and the words."""

    field: str
    message: str


class LedgersError(ValueError):
    """The ledgers do not allow this; nothing was changed. ``problems`` say where each thing is."""

    def __init__(self, message: str = "", *, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems) or (Problem("", message),)
        super().__init__(message or "；".join(problem.message for problem in self.problems))


class RowsRefused(LedgersError):
    """Some of many rows cannot be stored; ``rows`` gives each its problems by its place in the sequence, from 0."""

    def __init__(self, rows: Mapping[int, Sequence[Problem]]) -> None:
        self.rows = {place: tuple(problems) for place, problems in rows.items()}
        first, problems = next(iter(self.rows.items()))
        words = "；".join(problem.message for problem in problems)
        super().__init__(f"共 {len(self.rows)} 条有问题，未保存。第 {first + 1} 条：{words}")


class Clash(LedgersError):
    """Another person saved the record first; ``version`` is what it stands at now."""

    def __init__(self, message: str, *, version: int) -> None:
        self.version = version
        super().__init__(message)


class VocabularyError(LedgersError):
    """A file of ledger kinds is wrong; the message names file and key."""
