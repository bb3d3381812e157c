from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "qiangji.practices"
    label = "practices"
    verbose_name = "好做法"
