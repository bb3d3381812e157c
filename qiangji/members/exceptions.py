"""What can go wrong with a request about persons and members; each message is Chinese and says what to do."""

from collections.abc import Mapping


class MembersError(ValueError):
    """The register, a post, an election or a transfer does not allow this; nothing was changed.

    ``rows`` names, for a batch, each refused row by its key (工号) and says why.
    """

    def __init__(self, message: str, *, rows: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.rows: dict[str, str] = dict(rows or {})
