from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "qiangji.duties"
    label = "duties"
    verbose_name = "待办与提醒"

    def ready(self) -> None:
        """Tell the ledgers what binds an organization."""
        from qiangji.duties.bindings import asked_of_ledgers
        from qiangji.ledgers.asking import asked_by

        asked_by(asked_of_ledgers)
