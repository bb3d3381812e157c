from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "qiangji.standards"
    label = "standards"
    verbose_name = "标准"
