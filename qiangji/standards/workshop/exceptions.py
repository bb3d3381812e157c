"""What can go wrong in the workshop, each with a Chinese message that says what to do."""

from __future__ import annotations

from qiangji.standards.exceptions import StandardsError


class WorkshopError(StandardsError):
    """Base of all errors of the workshop."""


class DraftRefused(WorkshopError):
    """The file cannot be read as a table; `messages` are the reader's, and nothing was stored."""


class DraftMoved(WorkshopError):
    """Somebody else went on with the draft since this person looked; nothing of either is lost."""


class DraftClosed(WorkshopError):
    """The draft is published or discarded."""


class DraftUnfinished(WorkshopError):
    """Something is still wrong or missing; `messages` names each thing."""


class OperationRefused(WorkshopError):
    """A correction that cannot be made: its target is gone, or its arguments make no sense."""


class NothingToUndo(WorkshopError):
    """There is no step before this one, or none after it."""
