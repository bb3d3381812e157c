"""What ``DATABASE_URL`` turns into."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from qiangji.lib import databases


def test_without_an_address_sqlite_stands_in_the_default_place(tmp_path: Path) -> None:
    settings = databases.from_url("", default=tmp_path / "new" / "data.sqlite3")
    assert settings["NAME"] == str(tmp_path / "new" / "data.sqlite3")
    assert (tmp_path / "new").is_dir()


def test_sqlite_waits_instead_of_failing_when_another_writes() -> None:
    settings = databases.from_url("sqlite:////srv/data.sqlite3", default=Path("unused"))
    assert settings["NAME"] == "/srv/data.sqlite3"
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert settings["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]


def test_postgresql_address_is_taken_apart() -> None:
    url = "postgresql://clerk:p%40ss@db.example:5433/party"
    settings = databases.from_url(url, default=Path("unused"))
    assert (settings["USER"], settings["PASSWORD"]) == ("clerk", "p@ss")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5433", "party")
    assert settings["OPTIONS"]["pool"]["max_size"] == 8


def test_postgresql_plans_for_whoever_reads_to_the_end() -> None:
    settings = databases.from_url("postgresql://clerk@db/party", default=Path("unused"))
    assert settings["OPTIONS"]["options"] == "-c cursor_tuple_fraction=1"


def test_what_an_address_sets_is_kept_beside_it() -> None:
    url = "postgresql://clerk@db/party?options=-c%20statement_timeout%3D5000"
    settings = databases.from_url(url, default=Path("unused"))
    assert settings["OPTIONS"]["options"] == "-c cursor_tuple_fraction=1 -c statement_timeout=5000"


def test_what_the_environment_sets_is_kept_and_the_address_has_the_last_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c search_path=party")
    url = "postgresql://clerk@db/party?options=-c%20statement_timeout%3D5000"
    settings = databases.from_url(url, default=Path("unused"))
    assert settings["OPTIONS"]["options"] == (
        "-c cursor_tuple_fraction=1 -c search_path=party -c statement_timeout=5000"
    )


@pytest.mark.django_db
def test_a_connection_to_postgresql_has_it() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL plans for the first rows of a cursor")
    with connection.cursor() as cursor:
        cursor.execute("SHOW cursor_tuple_fraction")
        assert cursor.fetchone() == ("1",)


def test_a_socket_folder_is_named_by_the_host_parameter() -> None:
    settings = databases.from_url("postgresql:///party?host=/run/pg", default=Path("unused"), pool=False)
    assert settings["HOST"] == "/run/pg"
    assert "pool" not in settings["OPTIONS"]


def test_other_databases_are_refused_in_chinese() -> None:
    with pytest.raises(ImproperlyConfigured, match="mysql.*只支持"):
        databases.from_url("mysql://somewhere/party", default=Path("unused"))
