"""Environment variables are read typed, and a wrong one is named."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from qiangji.lib import env


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("from-file\n", encoding="utf-8")
    monkeypatch.setenv("QIANGJI_TRIAL_FILE", str(secret))
    assert env.text("QIANGJI_TRIAL") == "from-file"


def test_the_variable_itself_wins_over_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QIANGJI_TRIAL_FILE", str(tmp_path / "missing"))
    monkeypatch.setenv("QIANGJI_TRIAL", "direct")
    assert env.text("QIANGJI_TRIAL") == "direct"


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QIANGJI_TRIAL_FILE", str(tmp_path / "missing"))
    with pytest.raises(ImproperlyConfigured, match="QIANGJI_TRIAL_FILE.*missing"):
        env.text("QIANGJI_TRIAL")


@pytest.mark.parametrize(("word", "meaning"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_flags(monkeypatch: pytest.MonkeyPatch, word: str, meaning: bool) -> None:
    monkeypatch.setenv("QIANGJI_TRIAL", word)
    assert env.flag("QIANGJI_TRIAL", default=not meaning) is meaning


def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANGJI_TRIAL", "maybe")
    with pytest.raises(ImproperlyConfigured, match="QIANGJI_TRIAL.*maybe"):
        env.flag("QIANGJI_TRIAL")


def test_a_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANGJI_TRIAL", "five")
    with pytest.raises(ImproperlyConfigured, match="整数.*five"):
        env.number("QIANGJI_TRIAL", 5)


def test_words_lose_blanks_and_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANGJI_TRIAL", " a, ,b ,")
    assert env.words("QIANGJI_TRIAL") == ["a", "b"]


def test_a_word_that_is_none_of_the_few_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANGJI_TRIAL", "TLS")
    assert env.choice("QIANGJI_TRIAL", "", ("", "tls")) == "tls"
    monkeypatch.setenv("QIANGJI_TRIAL", "ssl3")
    with pytest.raises(ImproperlyConfigured, match="QIANGJI_TRIAL.*（空）、tls.*ssl3"):
        env.choice("QIANGJI_TRIAL", "", ("", "tls"))


@pytest.mark.parametrize(
    ("given", "found"), [(None, "/srv/var"), ("", "/srv/var"), (" ", "/srv/var"), ("/data", "/data")]
)
def test_a_folder_is_named_or_the_usual_one(
    monkeypatch: pytest.MonkeyPatch, given: str | None, found: str
) -> None:
    monkeypatch.delenv("QIANGJI_SOME_FOLDER", raising=False)
    if given is not None:
        monkeypatch.setenv("QIANGJI_SOME_FOLDER", given)
    assert env.folder("QIANGJI_SOME_FOLDER", Path("/srv/var")) == Path(found)
