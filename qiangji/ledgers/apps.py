from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "qiangji.ledgers"
    label = "ledgers"
    verbose_name = "台账"
