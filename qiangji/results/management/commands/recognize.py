"""``qiangji recognize``: decide the results of a year's cycles, or say what they would be."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from qiangji.assessments.models import Cycle
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.results.exceptions import ResultsError
from qiangji.results.selectors.days import counted_on
from qiangji.results.selectors.findings import Finding, findings
from qiangji.results.selectors.rates import Rate, public_hospitals, recognized_in
from qiangji.results.services.recognizing import recognize_cycle
from qiangji.scoring.recognition import Outcome


class Command(BaseCommand):
    """Decide, or say what would be decided."""

    help = "按周期的达标条件认定结果；--dry-run 只说明会怎样，不写入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cycle", type=int, required=True, metavar="YEAR", help="考核年度")
        parser.add_argument("--dry-run", action="store_true", help="只列出结果，不写入")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出每个组织的结果")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        opened = Cycle.objects.filter(year=options["cycle"], opened_at__isnull=False)
        cycles = list(opened.filter(is_trial=False).select_related("owner").order_by("pk"))
        if not cycles:
            trial = "只有试评周期，试评不作认定" if opened.exists() else "没有已开启的考核周期"
            raise CommandError(f"{options['cycle']} 年度{trial}。请先在“考核周期”里开启。")
        decided = 0
        if not options["dry_run"]:
            for cycle in cycles:
                try:
                    decided += len(recognize_cycle(cycle=cycle, by=None, at=at).results)
                except ResultsError as error:
                    raise CommandError(f"{cycle.title}：{error}") from error
        found = [one for cycle in cycles for one in findings(cycle, on=local_day(at))]
        rate = whole_rate(cycles, found, at=at, dry_run=options["dry_run"])
        self.report(found, rate, decided, dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(as_json(options["cycle"], found, rate))

    def report(self, found: Sequence[Finding], rate: Rate, decided: int, *, dry_run: bool) -> None:
        """Say on standard error what was done."""
        waiting = sum(not one.is_final for one in found)
        done = "只作推算，没有写入" if dry_run else f"新认定 {decided} 个组织"
        self.stderr.write(
            f"{done}；共 {len(found)} 张院级考评表，其中 {waiting} 张还未到最终阶段，结果是暂定的；"
            f"标准化率 {rate.recognized}/{rate.all}。",
            str,
        )


def whole_rate(cycles: Sequence[Cycle], found: Sequence[Finding], *, at: datetime, dry_run: bool) -> Rate:
    """Return the rate over the year's cycles, each organization once; a dry run counts every final finding as decided."""
    everybody: set[int] = set()
    meets: set[int] = set()
    for cycle in cycles:
        day = local_day(at)
        everybody |= set(
            public_hospitals(cycle.owner, on=counted_on(cycle, day)).values_list("pk", flat=True)
        )
        meets |= set(recognized_in(cycle, cycle.owner, on=day).values_list("pk", flat=True))
    if dry_run:
        meets = {
            one.sheet.organization_id
            for one in found
            if one.is_final and one.decision.outcome == Outcome.MEETS
        }
    return Rate(len(meets & everybody), len(everybody))


def as_json(year: int, found: Sequence[Finding], rate: Rate) -> str:
    """Return the document of the interface: one entry per organization, and the rate."""
    document = {
        "cycle": year,
        "results": [
            {
                "organization": one.code,
                "result": one.decision.outcome.value,
                "provisional": not one.is_final,
                "score": plain(one.score) if one.score is not None else None,
                "branches": {"above": one.decision.above, "all": one.decision.all},
                "lagging": [branch.code for branch in one.decision.lagging],
                "reasons": list(one.decision.reasons),
            }
            for one in found
        ],
        "rate": {"recognized": rate.recognized, "all": rate.all},
    }
    return json.dumps(document, ensure_ascii=False)
