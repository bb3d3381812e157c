from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "qiangji.assessments"
    label = "assessments"
    verbose_name = "考评"
