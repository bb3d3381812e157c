"""``qiangji startsite``: the first organization and the first administrator of an empty installation.

Everything else is set up on the pages by that administrator.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from qiangji.accounts.exceptions import AccountError
from qiangji.accounts.passwords import readable_password
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization
from qiangji.orgs.services import create_organization, hand_out_account


class Command(BaseCommand):
    help = "在空的系统里建立第一个组织和第一个系统管理员，并显示一次初始密码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--code", required=True, help="组织代码，终身不变，例如 JL")
        parser.add_argument("--name", required=True, help="组织名称，例如 某省医院党建工作指导委员会")
        parser.add_argument("--short-name", default="", help="简称，默认与名称相同")
        parser.add_argument("--level", default="province", choices=Organization.Level.values, help="层级")
        parser.add_argument("--username", required=True, help="管理员用户名（工号）")
        parser.add_argument("--person", required=True, help="管理员姓名")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Organization.objects.exists():
            raise CommandError("系统里已有组织，不再需要这一步。新的组织和账号请由系统管理员在页面上建立。")
        at = timezone.now()
        password = readable_password()
        try:
            root = create_organization(
                parent=None,
                code=options["code"],
                kind=Organization.Kind.GUIDANCE_COMMITTEE,
                level=options["level"],
                name=options["name"],
                short_name=options["short_name"] or options["name"][:30],
                start_date=local_day(at),
                by=None,
                at=at,
            )
            hand_out_account(
                username=options["username"],
                name=options["person"],
                password=password,
                organization=root,
                role=RoleName.ADMINISTRATOR,
                start_date=local_day(at),
                by=None,
                at=at,
            )
        except (OrganizationError, AccountError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已建立{root.name}和系统管理员 {options['username']}。")
        self.stdout.write(f"初始密码（只显示这一次，首次登录须修改）：{password}")
