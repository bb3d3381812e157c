from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "qiangji.reports"
    label = "reports"
    verbose_name = "报表"
