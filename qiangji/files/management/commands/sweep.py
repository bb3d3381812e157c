"""`qiangji sweep`: remove bytes that nothing refers to any more; meant for a nightly timer, safe to run twice."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from qiangji.files.progress import Progress
from qiangji.files.services import sweep


class Command(BaseCommand):
    """Sweeps the files."""

    help = "清除不再被引用的文件内容和上传残留，可重复运行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep(at=timezone.now(), progress=Progress("清除文件"))
        if options["json"]:
            self.stdout.write(json.dumps(swept.as_dict()))
            return
        self.stdout.write(
            f"满 {settings.SWEEP_AFTER_DAYS} 天无人引用的文件：删除 {swept.removed} 个，"
            f"只留记录 {swept.cleared} 个；无记录的文件 {swept.strays} 个，上传残留 {swept.leftovers} 个；"
            f"共腾出 {swept.freed_bytes / 1024 / 1024:.1f} MB。"
        )
