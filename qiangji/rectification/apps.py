from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "qiangji.rectification"
    label = "rectification"
    verbose_name = "整改"
