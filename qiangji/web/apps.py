from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "qiangji.web"
    label = "web"
    verbose_name = "页面"
