"""``qiangji import KIND FILE.xlsx``: read a filled-in table and store it, each bad cell named."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from qiangji.intake.checking import Checked, NotATable
from qiangji.intake.exceptions import IntakeError
from qiangji.intake.kinds.base import Place
from qiangji.intake.models import ColumnMapping, ImportRun
from qiangji.intake.registry import kind_of
from qiangji.intake.services.runs import BadRows, import_file
from qiangji.orgs.models import Organization

Mode = ImportRun.Mode


class Command(BaseCommand):
    """Import one file. Exit status: 0 done, 1 something is wrong with the file, 2 the call is off."""

    help = "导入一张填好的表格（.xlsx），逐格说明问题"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND", help="表格种类，见 qiangji template list")
        parser.add_argument("file", type=Path, metavar="FILE", help=".xlsx 文件")
        parser.add_argument("--organization", metavar="CODE", help="导入到哪个组织（含下级）；不写为全部组织")
        parser.add_argument(
            "--mode",
            choices=Mode.values,
            default=Mode.ALL,
            help="all 全部正确才导入（默认），good 只导入正确的行",
        )
        parser.add_argument("--mapping", metavar="NAME", help="使用已保存的列对应")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kind = kind_of(options["kind"])
        except IntakeError as error:
            self.end(str(error), 2)
        if not options["file"].is_file():
            self.end(f"找不到文件 {options['file']}，请核对路径。", 2)
        organization = self.organization(options["organization"])
        mapping = self.mapping(options["mapping"], kind.code, organization)
        place = Place(organization, None, timezone.now())
        try:
            checked = import_file(
                path=options["file"],
                kind=kind,
                place=place,
                mode=options["mode"],
                by=None,
                mapping=mapping,
                progress=self.tell,
            )
        except BadRows as error:
            self.report(error.checked, False, options["json"], str(error))
        except NotATable as error:
            self.refuse(error, options["json"])
        except IntakeError as error:
            self.refuse(error, options["json"])
        else:
            self.report(checked, True, options["json"], "")

    def organization(self, code: str | None) -> Organization | None:
        """Return the organization that was named; an unknown one ends the call."""
        if code is None:
            return None
        found = Organization.objects.filter(code=code).first()
        return found or self.end(f"没有代码为“{code}”的组织，请核对 --organization。", 2)

    def mapping(
        self, name: str | None, kind: str, organization: Organization | None
    ) -> dict[str, str] | None:
        """Return a saved mapping; an unknown one ends the call."""
        if name is None:
            return None
        saved = ColumnMapping.objects.filter(name=name, kind=kind)
        if organization is not None:
            saved = saved.filter(organization=organization)
        found = saved.first()
        return found.columns if found else self.end(f"没有保存过名为“{name}”的列对应，请先在页面上保存。", 2)

    def tell(self, stage: str, done: int) -> None:
        """Show on a terminal how far it is."""
        if sys.stderr.isatty():
            self.stderr.write(f"\r{stage} {done} 行", str, ending="")

    def report(self, checked: Checked, imported: bool, as_json: bool, problem: str) -> None:
        """Say what was done, and every bad cell."""
        if as_json:
            document = {
                "imported": imported,
                "counts": checked.counts,
                "problems": [finding.as_json() for finding in checked.findings],
                "notices": checked.notices,
            }
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
        for finding in checked.findings:
            place = f"工作表“{finding.sheet}”第 {finding.row} 行" + (
                f"“{finding.column}”" if finding.column else ""
            )
            self.stderr.write(f"{place}：{finding.value or '（空）'}：{finding.wrong}，{finding.right}")
        counts = checked.counts
        words = f"新增 {counts['new']} 行，更新 {counts['changed']} 行，无变化 {counts['unchanged']} 行，有问题 {counts['bad']} 行。"
        self.stderr.write(problem or words, str)
        if counts["bad"]:
            raise SystemExit(1)

    def refuse(self, error: IntakeError, as_json: bool) -> NoReturn:
        """Say why nothing could be read."""
        if as_json:
            document = {"imported": False, "counts": {}, "problems": [{"wrong": str(error)}], "notices": []}
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
        self.end(str(error), 1)

    def end(self, message: str, status: int) -> NoReturn:
        """End with a message on standard error and an exit status."""
        self.stderr.write(message)
        raise SystemExit(status)
