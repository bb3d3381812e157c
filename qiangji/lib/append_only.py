"""Rows that are added and never changed: the base of every history in the system.

History is what disputes are settled by. A queryset that could update or delete it would make that worthless, so the
ordinary ways are closed in one place; erasing a database file is a matter for backups and for the chain of digests.
"""

from typing import Any, NoReturn

from django.db import models


class HistoryIsKept(RuntimeError):
    """Raised when code tries to change or delete a row of history."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise HistoryIsKept(f"{self.model.__name__} rows are added, never changed")

    def delete(self) -> NoReturn:
        raise HistoryIsKept(f"{self.model.__name__} rows are added, never deleted")


class AppendOnlyModel(models.Model):
    """A row that can be inserted once. Raises HistoryIsKept on any later save or delete."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsKept(f"{type(self).__name__} rows are added, never changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise HistoryIsKept(f"{type(self).__name__} rows are added, never deleted")
