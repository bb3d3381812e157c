"""`qiangji remind`: tell by mail that something waits; meant for a daily timer, safe to run twice."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from qiangji.duties.services.mailings import send_mailings


class Command(BaseCommand):
    """Sends the day's reminders."""

    help = "按各人的设置发送待办提醒邮件，只说有几项等待办理；可每天运行、重复运行，每人每天最多一封"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def handle(self, *args: Any, **options: Any) -> None:
        done = send_mailings(at=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
        else:
            self.stdout.write(
                f"发送 {done.sent} 封，失败 {done.failed} 封；没有到期事项的 {done.nothing} 人，此前已提醒的 {done.already} 人。"
            )
        if done.failed:
            raise CommandError(
                "有邮件没有发出，再次运行会重试（每封最多三次）。请检查邮件设置（QIANGJI_MAIL_…）。"
            )
