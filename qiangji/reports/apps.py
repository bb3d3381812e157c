from django.apps import AppConfig
from django.core.checks import register

from qiangji.reports.checks import check_register_layout


class ReportsConfig(AppConfig):
    name = "qiangji.reports"
    label = "reports"
    verbose_name = "报表"

    def ready(self) -> None:
        register(check_register_layout)
