from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "qiangji.audit"
    label = "audit"
    verbose_name = "审计"
