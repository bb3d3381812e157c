from django.apps import AppConfig


class DispatchesConfig(AppConfig):
    name = "qiangji.dispatches"
    label = "dispatches"
    verbose_name = "督导"
