"""`qiangji ledgers drafts`: make the drafts of recurring plans; meant for a daily timer, safe to run twice."""

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from qiangji.ledgers.services.planning import make_due_drafts
from qiangji.lib.dates import local_day

AHEAD = 7


class Command(BaseCommand):
    """Keeps the ledgers."""

    help = "台账的日常事项"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="子命令")
        drafts = verbs.add_parser("drafts", help="按固定日程生成待确认记录，可每天运行、重复运行")
        drafts.add_argument(
            "--until", type=date.fromisoformat, metavar="日期", help=f"生成到哪一天（默认今天起 {AHEAD} 天）"
        )
        drafts.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        until = options["until"] or local_day(now) + timedelta(days=AHEAD)
        made = make_due_drafts(until=until, at=now)
        if options["json"]:
            self.stdout.write(json.dumps({"until": until.isoformat(), "made": made}))
        else:
            self.stdout.write(f"生成了 {made} 条待确认记录，到 {until} 为止。")
