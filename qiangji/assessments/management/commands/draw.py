"""``qiangji draw``: freeze, draw and print a spot check; ``qiangji draw verify FILE`` repeats one from its document."""

import json
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.models import Cycle, Draw
from qiangji.assessments.selectors.draws import draw_document
from qiangji.assessments.services.drawing import Plan, draw_sample, freeze_population
from qiangji.scoring.draw_file import faults_of


class Command(BaseCommand):
    """Draw a sample that anybody can repeat."""

    help = "抽查抽取：按种子和组织代码的哈希排序，任何人都能复算；draw verify 文件 复算一份抽取结果"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=["verify"], help="verify：复算一份抽取结果")
        parser.add_argument("file", nargs="?", metavar="FILE", help="抽取结果文件（JSON）")
        parser.add_argument("--cycle", type=int, metavar="YEAR", help="考核年度")
        parser.add_argument("--ratio", metavar="R", help="抽查比例，例如 0.1")
        parser.add_argument("--seed", metavar="TEXT", help="公开产生的种子")
        parser.add_argument("--seed-source", default="命令行", metavar="TEXT", help="种子怎样产生")
        parser.add_argument(
            "--strata", default="", metavar="LIST", help="分层：city、level、form，用逗号分开"
        )
        parser.add_argument(
            "--population", default=Draw.Population.APPLICANTS, choices=Draw.Population.values
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出抽取结果")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "verify":
            self.verify(options["file"])
            return
        missing = [f"--{name}" for name in ("cycle", "ratio", "seed") if options[name] in (None, "")]
        if missing:
            raise CommandError(
                f"缺少 {'、'.join(missing)}。用法：draw --cycle 2026 --ratio 0.1 --seed 文字", returncode=2
            )
        documents = [self.draw(cycle, options) for cycle in cycles_of(options["cycle"])]
        if options["json"]:
            found = documents[0] if len(documents) == 1 else {"draws": documents}
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for document in documents:
            for stratum in document["strata"]:
                self.stdout.write(f"{stratum['name']}：{stratum['size']} 个中抽 {len(stratum['drawn'])} 个")
                for one in stratum["drawn"]:
                    self.stdout.write(f"  {one['organization']}  {one['ticket']}")

    @transaction.atomic
    def draw(self, cycle: Cycle, options: dict[str, Any]) -> dict[str, Any]:
        """Freeze and draw in one transaction."""
        strata = [name for name in options["strata"].split(",") if name]
        plan = Plan(options["population"], strata, ratio_of(options["ratio"]))
        try:
            frozen = freeze_population(
                cycle=cycle, organizer=cycle.owner, plan=plan, reach=None, at=timezone.now()
            )
            made = draw_sample(
                draw_id=frozen.pk,
                seed=options["seed"],
                seed_source=options["seed_source"],
                reach=None,
                at=timezone.now(),
            )
        except AssessmentError as error:
            raise CommandError(f"{cycle}：{error}") from error
        self.stderr.write(f"{made}：名单 {made.size} 个，摘要 {made.population_digest}", str)
        return draw_document(made)

    def verify(self, name: str | None) -> None:
        """Repeat a draw from its file. Raises CommandError naming everything that does not agree."""
        if not name:
            raise CommandError("请写明文件：draw verify 文件.json", returncode=2)
        try:
            document = json.loads(Path(name).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"读不到“{name}”：{error.strerror}。", returncode=2) from error
        except ValueError as error:
            raise CommandError(f"“{name}”不是 JSON 文件，请用 draw --json 的输出。") from error
        faults = faults_of(document)
        if faults:
            raise CommandError("\n".join(["与复算结果不符：", *faults]))
        drawn = sum(len(one["drawn"]) for one in document["strata"])
        self.stdout.write(
            f"一致：{len(document['population'])} 个组织中抽中 {drawn} 个，与复算结果完全相同。"
        )


def cycles_of(year: int) -> list[Cycle]:
    """Return the opened cycles of a year that are no trials. Raises CommandError."""
    cycles = Cycle.objects.filter(year=year, opened_at__isnull=False, is_trial=False).select_related("owner")
    if not cycles:
        raise CommandError(f"没有已开启的 {year} 年度考核周期（试评除外）。请先在“考核周期”里开启。")
    return list(cycles.order_by("pk"))


def ratio_of(text: str) -> Decimal:
    """Read a ratio exactly. Raises CommandError."""
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise CommandError(f"“{text}”不是比例，请写成 0.1。", returncode=2) from error
