"""``qiangji found``: the first organization of a new site and the account of its first administrator."""

from argparse import ArgumentParser
from datetime import date
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
from qiangji.orgs.placing import kinds_under
from qiangji.orgs.services import create_organization, hand_out_account


class Command(BaseCommand):
    """Set up the top of the tree and hand out the first account; everything else is done on the pages."""

    help = "新站点：建立顶层组织，并发放第一个系统管理员账号"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--code", required=True, help="顶层组织的代码，终身不变")
        parser.add_argument("--name", required=True, help="顶层组织的全称")
        parser.add_argument("--short-name", help="简称，默认与全称相同")
        parser.add_argument("--kind", choices=kinds_under(None), default=Organization.Kind.GUIDANCE_COMMITTEE)
        parser.add_argument("--form", choices=Organization.Form.values, default="", help="院级党组织须选")
        parser.add_argument("--level", choices=Organization.Level.values, default="")
        parser.add_argument(
            "--since", type=date.fromisoformat, help="设立日期，如 2020-06-02；院级党组织须写，其他默认今天"
        )
        parser.add_argument("--username", required=True, help="系统管理员的用户名")
        parser.add_argument("--person", required=True, help="系统管理员的姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        if Organization.objects.exists():
            raise CommandError("已有组织，不能再建顶层组织。请由系统管理员在“组织”页面中新建。")
        if options["kind"] == Organization.Kind.HOSPITAL and options["since"] is None:
            raise CommandError(
                "院级党组织请用 --since 写明设立日期，如 --since 2020-06-02：设立以前的月份不作考评要求。"
            )
        at = timezone.now()
        password = readable_password()
        try:
            with transaction.atomic():
                organization = create_organization(
                    parent=None,
                    code=options["code"],
                    kind=options["kind"],
                    name=options["name"],
                    short_name=options["short_name"] or options["name"][:30],
                    start_date=options["since"] or local_day(at),
                    form=options["form"],
                    level=options["level"],
                    by=None,
                    at=at,
                )
                hand_out_account(
                    username=options["username"],
                    name=options["person"],
                    password=password,
                    organization=organization,
                    role=RoleName.ADMINISTRATOR,
                    start_date=local_day(at),
                    by=None,
                    at=at,
                )
        except (AccountError, OrganizationError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已建立“{organization.name}”。")
        self.stdout.write(f"系统管理员：{options['username']}，初始密码：{password}（首次登录须修改）")
