"""``qiangji evaluate``: hold the sheets of a cycle against the facts and store proposed marks."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from qiangji.assessments.expected import Expected, ListRefused, compare, read_list, told
from qiangji.assessments.models import Cycle, Proposal
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization


class Command(BaseCommand):
    """Evaluate, and say what the facts propose."""

    help = "按登记的事实核对考评表，生成建议得分；不改动任何人给的分"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cycle", type=int, metavar="YEAR", help="考核年度，默认所有还没有结束的周期")
        parser.add_argument("--organization", metavar="CODE", help="只核对一个组织（代码）")
        parser.add_argument("--as-of", metavar="DATE", help="截至哪一天（2026-10-31），默认今天")
        parser.add_argument(
            "--resume", action="store_true", help="接着上次没有做完的核对：当天已核对且台账没有变动的不再核对"
        )
        parser.add_argument(
            "--check-faults", metavar="FILE",
            help="核对以后与问题清单（qiangji demo --faults 写的 JSON）逐条对照：该失分的失分、理由对、别处不失分",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="以 JSON 输出每一条的结论")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        as_of = day_of(options["as_of"]) if options["as_of"] else local_day(at)
        organization = organization_of(options["organization"]) if options["organization"] else None
        if options["json"] and options["cycle"] is None:
            raise CommandError("用 --json 时请写明 --cycle。", returncode=2)
        if options["check_faults"] and (options["cycle"] is None or organization is not None):
            raise CommandError("用 --check-faults 时请写明 --cycle，并核对全部组织。", returncode=2)
        expected = list_of(options["check_faults"]) if options["check_faults"] else None
        cycles = cycles_of(options["cycle"], as_of)
        if not cycles and options["cycle"] is None:
            self.stderr.write("没有正在进行的考核周期。", str)
            return
        if not cycles:
            raise CommandError(f"没有已开启的 {options['cycle']} 年度考核周期。请先在“考核周期”里开启。")
        done = [
            evaluate_sheets(
                cycle=cycle,
                as_of=as_of,
                at=at,
                by=None,
                organization=organization,
                resume=options["resume"],
                report=self.report,
            )  # fmt: skip
            for cycle in cycles
        ]
        if organization is not None and not options["resume"] and not any(one.sheets for one in done):
            year = f"{options['cycle']} 年度" if options["cycle"] else "正在进行的周期里"
            raise CommandError(
                f"{organization.short_name}在{' ' if options['cycle'] else ''}{year}没有可以核对的考评表。"
            )
        sheets, changed = sum(one.sheets for one in done), sum(one.changed for one in done)
        self.stderr.write(
            f"核对 {sheets} 张考评表，{sum(one.proposals for one in done)} 条建议，其中 {changed} 条有变动。",
            str,
        )
        if options["json"]:
            self.stdout.write(as_json(options["cycle"], as_of, cycles, organization))
        if expected is not None:
            self.hold_against(expected, cycles, as_of)

    def hold_against(self, expected: list[Expected], cycles: list[Cycle], as_of: date) -> None:
        """Say what differs from a list of faults. Raises CommandError where anything does."""
        done = compare(cycles, expected, as_of)
        for line in done.differences:
            self.stdout.write(line)
        self.stdout.write(told(done, as_of))
        if done.differences:
            raise CommandError(f"与问题清单有 {len(done.differences)} 处不符，见上。")

    def report(self, done: int, whole: int) -> None:
        """Draw how far a run is, on a terminal only."""
        if self.stderr.isatty():
            filled = 30 * done // whole
            bar = "█" * filled + "░" * (30 - filled)
            self.stderr.write(f"\r{bar} {done}/{whole}", str, ending="" if done < whole else "\n")


def cycles_of(year: int | None, as_of: date) -> list[Cycle]:
    """Return the opened cycles of a year, or all that have not closed by a day."""
    cycles = Cycle.objects.filter(opened_at__isnull=False).order_by("pk")
    return list(cycles.filter(year=year) if year is not None else cycles.filter(closing_date__gte=as_of))


def day_of(text: str) -> date:
    """Read a day. Raises CommandError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期，请写成 2026-10-31。", returncode=2) from error


def list_of(name: str) -> list[Expected]:
    """Read a list of faults. Raises CommandError."""
    try:
        return read_list(Path(name))
    except ListRefused as error:
        raise CommandError(str(error), returncode=2) from error


def organization_of(code: str) -> Organization:
    """Find an organization by its code. Raises CommandError."""
    found = Organization.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"没有代码为“{code}”的组织。")
    return found


def as_json(year: int, as_of: date, cycles: list[Cycle], organization: Organization | None) -> str:
    """Return what is proposed, per organization and criterion, in the order of tree and table."""
    rows = Proposal.objects.filter(answer__sheet__cycle__in=cycles)
    if organization is not None:
        rows = rows.filter(answer__sheet__organization=organization)
    rows = rows.select_related("answer__sheet__organization", "answer__criterion")
    ordered = rows.order_by("answer__sheet__organization_path", "answer__criterion__position")
    proposals = [
        {
            "organization": row.answer.sheet.organization.code,
            "criterion": row.answer.criterion.code,
            "answer": row.verdict,
            "points": None if row.points is None else plain(row.points),
            "range": [plain(row.lowest), plain(row.highest)] if row.is_scored else None,
            "reason": row.reason,
            "missing": row.missing,
        }
        for row in ordered.iterator(chunk_size=2000)
    ]
    document = {"cycle": year, "as_of": as_of.isoformat(), "proposals": proposals}
    return json.dumps(document, ensure_ascii=False)
