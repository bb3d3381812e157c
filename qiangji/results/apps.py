from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "qiangji.results"
    label = "results"
    verbose_name = "结果"
