"""``qiangji demo``: a deterministic demo province for trying the program out."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from qiangji.assessments.models import Sheet
from qiangji.assessments.services.evaluating import catch_up
from qiangji.files.progress import Progress
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import title_of
from qiangji.web.demo.faults import planned_faults, write_file
from qiangji.web.demo.names import BRANCHES
from qiangji.web.demo.plan import Plan
from qiangji.web.demo.planting import PASSWORD, DemoArguments, DemoRefused, plant, planted

SMALLEST, LARGEST = 1, 5000


class Command(BaseCommand):
    """Plant the demo province, or say that it is already there."""

    help = "写入演示省份：组织、账号、党员、班子、一年台账、考评表（只写入空库，可重复运行）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--organizations", type=int, default=20, metavar="N", help="院级党组织个数，默认 20"
        )
        parser.add_argument(
            "--branches",
            type=int,
            metavar="N",
            help=f"每个院级党委的支部数，1 至 {len(BRANCHES)}；不写则各有 3 至 12 个",
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="随机种子，默认 1")
        parser.add_argument("--year", type=int, default=2026, help="考核年度，默认 2026")
        parser.add_argument(
            "--until",
            metavar="DAY",
            help="事实登记到哪一天（例如 2026-12-31），默认考核年度的 11 月 20 日；写了 --faults 时默认到年底",
        )
        parser.add_argument(
            "--faults", metavar="FILE", help="把埋下的问题（单位、条目、缺什么）写入这个 JSON 文件"
        )
        parser.add_argument(
            "--without-sheets", action="store_true", help="只写组织与账号，不写党员和台账，不开启考核周期"
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出账号清单")

    def handle(self, *args: Any, **options: Any) -> None:
        if not SMALLEST <= options["organizations"] <= LARGEST:
            message = (
                f"--organizations 应在 {SMALLEST} 与 {LARGEST} 之间，现在是 {options['organizations']}。"
            )
            raise CommandError(message, returncode=2)
        if options["branches"] is not None and not 1 <= options["branches"] <= len(BRANCHES):
            message = f"--branches 应在 1 与 {len(BRANCHES)} 之间，现在是 {options['branches']}。"
            raise CommandError(message, returncode=2)
        if not 2020 <= options["year"] <= 2100:
            raise CommandError(f"--year 应在 2020 与 2100 之间，现在是 {options['year']}。", returncode=2)
        if options["seed"] < 0:
            raise CommandError(f"--seed 应为 0 或正整数，现在是 {options['seed']}。", returncode=2)
        if options["faults"] and options["without_sheets"]:
            raise CommandError(
                "--faults 和 --without-sheets 不能同时用：没有台账，就没有埋下的问题。", returncode=2
            )
        until = self.last_day(options)
        arguments = DemoArguments(
            options["organizations"], options["seed"], options["year"], until, options["branches"]
        )
        whole = not options["without_sheets"]
        try:
            plan = plant(
                arguments,
                tell=self.tell,
                progress=Progress("登记事实"),
                with_sheets=whole,
                with_facts=whole,
                with_last_year=whole,
            )
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        if whole:
            self.propose_marks(plan)
        if options["faults"]:
            self.write_faults(Path(options["faults"]), plan, arguments)
        self.stdout.write(as_json(plan) if options["json"] else as_table(plan))

    def last_day(self, options: dict[str, Any]) -> date | None:
        """Return until when the facts go. A list of faults asks for the whole year: what is not planted looks like a fault."""
        end = date(options["year"], 12, 31)
        until = day_of(options["until"], options["year"]) if options["until"] else None
        if until is None and options["faults"]:
            found = planted()
            until = found.last_day if found is not None else end
        if options["faults"] and until is not None and until < end:
            self.tell(
                f"事实只登记到 {until}：按以后的日子核对，{until} 以后的事都没有登记，会多出问题清单以外的缺项。"
                f"要核对全年，请在空库里用 --until {end}。"
            )
        return until

    def propose_marks(self, plan: Plan) -> None:
        """Hold the first hospital's sheets against its facts, so that who opens the demo finds them proposed."""
        at = timezone.now()
        for sheet in Sheet.objects.filter(
            organization__code=plan.hospitals[0], cycle__closed_at=None
        ).select_related("organization", "cycle", "edition__standard"):
            catch_up(sheet=sheet, as_of=local_day(at), at=at, by=None)

    def write_faults(self, path: Path, plan: Plan, arguments: DemoArguments) -> None:
        """Write the list of planted faults, and say where."""
        faults = planned_faults(plan, seed=arguments.seed, year=arguments.year)
        try:
            entries = write_file(path, faults)
        except OSError as error:
            raise CommandError(f"问题清单写不进 {path}：{error.strerror}。请换一个位置。") from error
        self.tell(f"埋下的 {len(faults)} 处问题写入 {path}，逐条对照时是 {entries} 条。")

    def tell(self, line: str) -> None:
        """Say how far it is, beside the standard output, and not in the colour of errors."""
        self.stderr.write(line, str)


def day_of(text: str, year: int) -> date:
    """Read the last day of the facts. Raises CommandError unless it is a day of the demo's year."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--until 应为日期，例如 {year}-12-31，现在是 {text}。", returncode=2) from None
    if day.year != year:
        raise CommandError(f"--until 应在 {year} 年之内，现在是 {text}。", returncode=2)
    return day


def shown(plan: Plan) -> list[dict[str, str]]:
    """Return the accounts worth showing: one for each role."""
    names = {row.code: row.name for row in plan.organizations}
    return [
        {
            "username": account.username,
            "role": title_of(account.role),
            "name": account.name,
            "organization": names[account.organization],
        }
        for account in plan.accounts
        if account.is_shown
    ]


def as_json(plan: Plan) -> str:
    """Return what was made as one JSON document."""
    data = {
        "password": PASSWORD,
        "organizations": len(plan.organizations),
        "hospitals": len(plan.hospitals),
        "accounts": shown(plan),
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_table(plan: Plan) -> str:
    """Return the accounts as lines to read on a terminal, where a Chinese character is two columns wide."""
    rows = shown(plan)
    lines = [f"演示账号（密码都是 {PASSWORD}）："]
    lines += [
        f"  {padded(row['username'], 16)}{padded(row['role'], 20)}{padded(row['name'], 10)}{row['organization']}"
        for row in rows
    ]
    lines.append("其余医院与支部照此编号：dangban02、shuji02、zhibu0201 ……")
    return "\n".join(lines)


def padded(text: str, width: int) -> str:
    """Pad a text to a number of terminal columns.

    >>> padded("党办", 6)
    '党办  '
    """
    columns = sum(2 if ord(character) > 0x2E7F else 1 for character in text)
    return text + " " * max(0, width - columns)
