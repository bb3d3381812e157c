from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "qiangji.intake"
    label = "intake"
    verbose_name = "导入"
