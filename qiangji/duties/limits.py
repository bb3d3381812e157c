"""How often something may be asked for, counted in the process's own memory.

Several server processes count apart, so a limit is a measure of order and not exact; that is enough against a calendar
program gone wild, somebody who guesses addresses, and mails by the hundred.
"""

from datetime import datetime
from hashlib import sha256

from django.core.cache import cache

HOUR = 3600
FEED_READS = 60
FEED_GUESSES = 30
CODES = 5


def is_over(what: str, who: str, limit: int, *, at: datetime) -> bool:
    """Count one more within this hour; say whether that is more than the limit."""
    hour = int(at.timestamp()) // HOUR
    key = f"duties:{what}:{hour}:{sha256(who.encode()).hexdigest()}"
    if cache.add(key, 1, HOUR):
        return limit < 1
    try:
        return cache.incr(key) > limit
    except ValueError:  # it lapsed between the two
        return False
