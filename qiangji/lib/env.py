"""Typed reading of environment variables, so that settings.py stays a list of facts.

Every variable of ours is called ``QIANGJI_…``. A secret may also come from a file: ``QIANGJI_SECRET_KEY_FILE``
names one, and its content (stripped) wins over nothing but is overridden by ``QIANGJI_SECRET_KEY`` itself.
"""

import os
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


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
