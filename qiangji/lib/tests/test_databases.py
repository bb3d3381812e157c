"""What ``DATABASE_URL`` turns into."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

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


def test_a_socket_folder_is_named_by_the_host_parameter() -> None:
    settings = databases.from_url("postgresql:///party?host=/run/pg", default=Path("unused"), pool=False)
    assert settings["HOST"] == "/run/pg"
    assert "pool" not in settings["OPTIONS"]


def test_other_databases_are_refused_in_chinese() -> None:
    with pytest.raises(ImproperlyConfigured, match="mysql.*只支持"):
        databases.from_url("mysql://somewhere/party", default=Path("unused"))
