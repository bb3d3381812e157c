"""How many examples a property takes that stores them: all on SQLite, a quarter on the second database.

What holds is shown on SQLite; beside it an example shows that the statements run and that the constraints refuse
(docs/decisions/0049). Properties about what is typed take all on both: a database refuses characters and sizes of its own.
"""

from django.db import connection

FEWEST = 5


def examples(number: int) -> int:
    """Return how many examples to try on this database, where SQLite tries ``number``."""
    return number if connection.vendor == "sqlite" else min(number, max(FEWEST, number // 4))
