"""``qiangji template KIND``: the empty table of a kind."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from qiangji.intake.exceptions import IntakeError
from qiangji.intake.exporting import template_of
from qiangji.intake.registry import codes, kind_of


class Command(BaseCommand):
    """Write a template to a file."""

    help = "写出一种表格的空模板（.xlsx）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND", help="表格种类；写 list 列出全部")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入文件，默认“种类.xlsx”")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] == "list":
            for code in codes():
                self.stdout.write(f"{code}\t{kind_of(code).title}")
            return
        try:
            kind = kind_of(options["kind"])
        except IntakeError as error:
            self.end(str(error), 2)
        target = options["output"] or Path(f"{kind.code}.xlsx")
        try:
            target.write_bytes(template_of(kind))
        except OSError as error:
            self.end(f"写不进 {target}：{error.strerror}。", 2)
        self.stderr.write(f"{kind.title}的模板已写入 {target}", str)

    def end(self, message: str, status: int) -> NoReturn:
        """End with a message on standard error and an exit status."""
        self.stderr.write(message)
        raise SystemExit(status)
