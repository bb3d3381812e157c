"""What can be wrong with this installation's reports: a layout file that was given and cannot be used."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning

from qiangji.reports.self_check_register.layout import current_layout
from qiangji.standards.exceptions import LibraryError

REMEDY = "请改正环境变量 QIANGJI_REGISTER_LAYOUT 指定的文件；在此之前自查情况登记表不能下载。"


def check_register_layout(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Warn at the start, so that the administrator learns it before a user does."""
    try:
        current_layout()
    except LibraryError as error:
        return [Warning(f"自查情况登记表的版式文件有误：{error}", hint=REMEDY, id="reports.W001")]
    return []
