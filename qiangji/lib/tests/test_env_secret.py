"""A secret that nobody configured is made once and kept where only this installation reads it."""

from pathlib import Path

import pytest

from qiangji.lib import env

NAME = "QIANGJI_SECRET_KEY"


def test_secret_is_made_once_and_kept_privately(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    keep = tmp_path / "var" / "secret-key"
    made = env.secret(NAME, keep=keep)
    assert len(made) >= 60
    assert env.secret(NAME, keep=keep) == made
    assert keep.stat().st_mode & 0o077 == 0


def test_configured_secret_wins_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, "given")
    assert env.secret(NAME, keep=tmp_path / "secret-key") == "given"
    assert not (tmp_path / "secret-key").exists()
