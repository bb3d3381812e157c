"""``qiangji demo``: a deterministic demo province for trying the program out."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiangji.orgs.authorization import title_of
from qiangji.web.demo.plan import Plan
from qiangji.web.demo.planting import PASSWORD, DemoArguments, DemoRefused, plant

SMALLEST, LARGEST = 1, 5000


class Command(BaseCommand):
    """Plant the demo province, or say that it is already there."""

    help = "写入演示省份：组织、账号、考评表（只写入空库，可重复运行）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--organizations", type=int, default=20, metavar="N", help="院级党组织个数，默认 20"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="随机种子，默认 1")
        parser.add_argument("--year", type=int, default=2026, help="考核年度，默认 2026")
        parser.add_argument("--without-sheets", action="store_true", help="只写组织与账号，不开启考核周期")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出账号清单")

    def handle(self, *args: Any, **options: Any) -> None:
        if not SMALLEST <= options["organizations"] <= LARGEST:
            message = (
                f"--organizations 应在 {SMALLEST} 与 {LARGEST} 之间，现在是 {options['organizations']}。"
            )
            raise CommandError(message, returncode=2)
        if not 2020 <= options["year"] <= 2100:
            raise CommandError(f"--year 应在 2020 与 2100 之间，现在是 {options['year']}。", returncode=2)
        if options["seed"] < 0:
            raise CommandError(f"--seed 应为 0 或正整数，现在是 {options['seed']}。", returncode=2)
        arguments = DemoArguments(options["organizations"], options["seed"], options["year"])
        try:
            plan = plant(arguments, tell=self.tell, with_sheets=not options["without_sheets"])
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(as_json(plan) if options["json"] else as_table(plan))

    def tell(self, line: str) -> None:
        """Say how far it is, beside the standard output, and not in the colour of errors."""
        self.stderr.write(line, str)


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
