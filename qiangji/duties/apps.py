from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "qiangji.duties"
    label = "duties"
    verbose_name = "待办与提醒"
