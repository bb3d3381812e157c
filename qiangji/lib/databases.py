"""``DATABASE_URL`` to Django's ``DATABASES`` entry, for the two databases we support.

The SQLite options are the measured ones (see docs/decisions): immediate transactions and WAL, without which eight
people who save at once meet "database is locked".
"""

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
    ),
}

# A save is a handful of short statements, and PostgreSQL spends most of its time on planning them: values go to the
# server apart from the text, so that a statement met for the third time on a connection is not planned again.
POSTGRESQL_OPTIONS: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 3}
# A query that is read piece by piece is read to its end here, always. Left alone, PostgreSQL plans for somebody who takes
# the first tenth and goes: it then walks the ledgers of the whole province in the order of their days to find one hospital's.
POSTGRESQL_SETTINGS = "-c cursor_tuple_fraction=1"


def sqlite(path: Path) -> dict[str, Any]:
    """Return the settings of a SQLite file; tests get a file of their own, since threads share no memory database."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": dict(SQLITE_OPTIONS),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(Path(tempfile.gettempdir()) / f"qiangji-test-{os.getpid()}.sqlite3")},
    }


def postgresql(url: str, *, pool: bool) -> dict[str, Any]:
    """Return the settings of a PostgreSQL database named by ``postgresql://user:password@host:port/name``."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    # Named options replace those of the environment, so these are named with ours; the address has the last word.
    asked = " ".join(
        part for part in (POSTGRESQL_SETTINGS, os.environ.get("PGOPTIONS"), query.pop("options", "")) if part
    )
    pooled: dict[str, Any] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 20}} if pool else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": POSTGRESQL_OPTIONS | {"options": asked} | pooled | query,
        "TEST": {"NAME": f"test_qiangji_{os.getpid()}"},
    }


def from_url(url: str, *, default: Path, pool: bool = True) -> dict[str, Any]:
    """Return the database settings for a URL; an empty one means the SQLite file ``default``.

    Raises ImproperlyConfigured for any other kind of database.
    """
    if not url:
        default.parent.mkdir(parents=True, exist_ok=True)
        return sqlite(default)
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return sqlite(Path(url.removeprefix("sqlite:///")))
    if scheme in {"postgres", "postgresql"}:
        return postgresql(url, pool=pool)
    raise ImproperlyConfigured(
        f"DATABASE_URL 以“{scheme}”开头，本系统只支持 sqlite:///文件路径 与 postgresql://用户:密码@主机:端口/库名。"
    )
