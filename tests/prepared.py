"""What every run of the tests needs and none has to make anew: the tables, and the library's files as read.

Running all migrations costs ten seconds of work and gives the same tables every time. The first worker runs them and
keeps the result, the others copy it: a file under ``build/`` for SQLite, a database to clone on a throw-away PostgreSQL.
The result is named by all that it was made from, so a migration that changes is run.

Reading the library's YAML costs a second per edition, and hundreds of tests read an edition. A long text is read once
and kept under its own digest; each test gets a copy of its own. Short ones, with which the reader itself is tried, are
always read.
"""

import fcntl
import hashlib
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

from qiangji.standards import yaml_source

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "prepared"
LONG = 2_000
# Set by tools.pgtmp: only a server that is thrown away may be left with a database to clone.
THROW_AWAY = "THROW_AWAY_SERVER"


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Keep other workers out while something is prepared."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest_of_migrations() -> str:
    """Name everything that the tables are made from: installed packages, our migrations and what they call."""
    digest = hashlib.sha256()
    for name in sorted(f"{one.name} {one.version}" for one in distributions()):
        digest.update(name.encode())
    files = {*ROOT.glob("qiangji/**/migrations/*.py"), ROOT / "qiangji" / "orgs" / "authorization.py"}
    files |= {ROOT / "qiangji" / "settings.py", Path(__file__)}
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:24]


# ---- the tables --------------------------------------------------------------------------------------------------------


def copy_tables(digest: str) -> bool:
    """Put a copy of the kept tables where this worker's database will be; say whether there was one."""
    name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    if connection.vendor == "sqlite":
        kept = KEPT / f"{digest}.sqlite3"
        if not kept.exists():
            return False
        for beside in ("-wal", "-shm"):
            Path(f"{name}{beside}").unlink(missing_ok=True)
        shutil.copyfile(kept, name)
        return True
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"kept_{digest}"])
        if cursor.fetchone() is None:
            return False
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "kept_{digest}"')
    return True


def keep_tables(digest: str) -> None:
    """Keep the tables that this worker has just made for the others and, on SQLite, for later runs."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    if connection.vendor == "sqlite":
        half = KEPT / f"{os.getpid()}.half"
        half.unlink(missing_ok=True)
        with closing(sqlite3.connect(name)) as made, closing(sqlite3.connect(half)) as copy:
            made.backup(copy)
            # No journal beside it: the file alone is the copy.
            copy.execute("PRAGMA journal_mode=DELETE")
        for old in KEPT.glob("*.sqlite3"):
            old.unlink()
        half.rename(KEPT / f"{digest}.sqlite3")
        return
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'CREATE DATABASE "kept_{digest}" TEMPLATE "{name}"')


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """This worker's database with all tables: copied where some worker has made them, made where none has."""
    verbosity = request.config.option.verbose
    keep = django_db_keepdb and not django_db_createdb
    may_copy = not django_db_createdb and (connection.vendor == "sqlite" or THROW_AWAY in os.environ)
    with django_db_blocker.unblock(), alone(connection.vendor):
        digest = digest_of_migrations()
        copied = may_copy and copy_tables(digest)
        # What a copy still lacks (it lacks nothing) would be migrated here all the same.
        names = setup_databases(
            verbosity=verbosity, interactive=False, keepdb=keep or copied, serialized_aliases=set()
        )
        if may_copy and not copied:
            keep_tables(digest)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(names, verbosity=verbosity)


# What migrations fill once and no test changes: emptied and filled again, it costs ten times as much as all the rest.
FILLED_BY_MIGRATING = {"django_content_type", "auth_permission"}


def empty_tables(case: TransactionTestCase) -> None:
    """Take away what a test committed, as Django's ``flush`` does, without what follows upon a migration.

    References are held when all is done. PostgreSQL deletes a few rows in a twentieth of the time of a ``TRUNCATE``.
    """
    existing = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = sorted({*existing} - FILLED_BY_MIGRATING)
    connection.ops.execute_sql_flush([f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables])


@pytest.fixture(scope="session", autouse=True)
def tables_emptied_plainly() -> Iterator[None]:
    """Let tests that commit leave without the ceremony of a migration."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


# ---- the library's files ------------------------------------------------------------------------------------------------


def keeping(read: Callable[..., Any], version: bytes) -> Callable[..., Any]:
    """Return a reader of YAML that reads each long text once on this machine."""
    folder = KEPT / "yaml"
    folder.mkdir(parents=True, exist_ok=True)

    def read_once(text: str, *, name: str) -> Any:
        if len(text) < LONG:
            return read(text, name=name)
        digest = hashlib.sha256(version + name.encode() + b"\0" + text.encode()).hexdigest()
        kept = folder / digest
        try:
            return pickle.loads(kept.read_bytes())
        except FileNotFoundError:
            document = read(text, name=name)
        half = folder / f"{digest}.{os.getpid()}"
        half.write_bytes(pickle.dumps(document, pickle.HIGHEST_PROTOCOL))
        half.rename(kept)
        return document

    return read_once


def pytest_configure(config: pytest.Config) -> None:
    """Let all tests share the reading of long YAML files, also those that read some to say what they try."""
    version = hashlib.sha256(Path(yaml_source.__file__).read_bytes()).digest()
    patch = pytest.MonkeyPatch()
    patch.setattr(yaml_source, "read_yaml_text", keeping(yaml_source.read_yaml_text, version))
    config.add_cleanup(patch.undo)
