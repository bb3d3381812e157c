"""Typed reading of environment variables, so that settings.py stays a list of facts.

Every variable of ours is called ``QIANGJI_…``. A secret may also come from a file: ``QIANGJI_SECRET_KEY_FILE``
names one, and its content (stripped) wins over nothing but is overridden by ``QIANGJI_SECRET_KEY`` itself.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return the variable, or the content of the file that ``<name>_FILE`` points to, or the default."""
    if name in os.environ:
        return os.environ[name]
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return default
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"环境变量 {name}_FILE 指向的文件 {path} 无法读取：{error.strerror}。"
        ) from error


def folder(name: str, default: Path) -> Path:
    """Return the folder that a variable names; an empty one names none, and never the folder somebody happens to be in."""
    given = text(name).strip()
    return Path(given) if given else default


def secret(name: str, *, keep: Path) -> str:
    """Return a secret variable, or the one this installation made for itself and keeps in a file only it can read.

    Several servers on one database need the same secret, so they are given one; a single server needs no decision.
    """
    given = text(name)
    if given:
        return given
    keep.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(keep, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return keep.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"没有给出 {name}，也不能在 {keep} 里存一个：{error.strerror}。请设置 {name}。"
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        made = secrets.token_urlsafe(48)
        file.write(made)
    return made


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable; anything but 1/0, true/false, yes/no, on/off is refused."""
    value = text(name, "1" if default else "0").strip().lower()
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"环境变量 {name} 应为 1 或 0，现在是“{value}”。")


def number(name: str, default: int) -> int:
    """Return a whole-number variable."""
    value = text(name, str(default)).strip()
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"环境变量 {name} 应为整数，现在是“{value}”。") from error


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    """Return a variable that is one of a few words; anything else is refused."""
    value = text(name, default).strip().lower()
    if value not in allowed:
        shown = "、".join(word or "（空）" for word in allowed)
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {shown} 之一，现在是“{value}”。")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
