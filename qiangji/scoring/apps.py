from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "qiangji.scoring"
    label = "scoring"
    verbose_name = "计分"
