"""`qiangji files verify`: compare every stored file with its digest; exit status 1 where something is wrong."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from qiangji.files.models import Content
from qiangji.files.progress import Progress
from qiangji.files.services import find_faults


class Command(BaseCommand):
    """Checks the files."""

    help = "核对已存文件的内容与摘要"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="子命令")
        verify = verbs.add_parser("verify", help="逐个核对文件内容与摘要，有不符的以状态 1 结束")
        verify.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = Content.objects.filter(swept_at__isnull=True).count()
        faults = find_faults(progress=Progress("核对文件"))
        if options["json"]:
            self.stdout.write(json.dumps({"checked": checked, "faults": [asdict(fault) for fault in faults]}))
        else:
            self.stdout.write(f"核对了 {checked} 个文件，{len(faults)} 个有问题。")
        for fault in faults:
            self.stderr.write(f"{fault.digest}：{fault.problem}。请从备份恢复该文件，再核对一次。")
        if faults:
            sys.exit(1)
