"""What can go wrong with a standard, each with a Chinese message that names the place and the remedy."""

from __future__ import annotations

from collections.abc import Sequence


class StandardsError(Exception):
    """Base of all errors of this app; `messages` holds one line per thing that is wrong."""

    def __init__(self, message: str, *, messages: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.messages: list[str] = list(messages) or [message]


class LibraryError(StandardsError):
    """A file of the library (or a YAML file handed in) is not a valid edition; names file and line."""


class EditionNotFound(StandardsError):
    """No edition answers to the reference."""


class EditionExists(StandardsError):
    """The standard already has an edition with this label."""


class EditionFrozen(StandardsError):
    """A published edition was asked to change; a correction is a new edition."""


class EditionAwaiting(StandardsError):
    """An edition that waits for a document was to be published; it stays a draft until the document is there."""


class EditionInconsistent(StandardsError):
    """Points, codes or positions do not agree; every disagreement is named in `messages`."""


class WordingMismatch(StandardsError):
    """A file is not the wording of the edition; every criterion that does not match is named."""


class SuccessionRefused(StandardsError):
    """A map or an interpretation that does not fit its editions; `messages` name each place."""


class ParameterRefused(StandardsError):
    """A figure that a subtree may not set so, or a setting that cannot end so; the message names the place and the remedy."""


class MapMoved(SuccessionRefused):
    """Somebody else decided the same map meanwhile."""


class CheckRefused(StandardsError):
    """A site's own check, its case or its move does not hold; `messages` name each place and its remedy."""


class CheckMoved(CheckRefused):
    """Somebody else wrote or moved a version of the same check meanwhile."""


def os_reason(error: OSError) -> str:
    """Say in Chinese why the operating system refused a file."""
    for kind, reason in _OS_REASONS:
        if isinstance(error, kind):
            return reason
    return error.strerror or type(error).__name__


_OS_REASONS: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "找不到这个文件"),
    (IsADirectoryError, "这是文件夹，不是文件"),
    (NotADirectoryError, "路径不对"),
    (PermissionError, "没有权限"),
)
