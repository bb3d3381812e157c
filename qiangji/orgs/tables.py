"""Columns of the lists of organizations and accounts."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiangji.accounts.models import User
from qiangji.orgs.models import Organization

LOOK = {"class": "table table-hover align-middle"}
# What a phone has no room for; the detail page has it.
WIDE = {"th": {"class": "d-none d-md-table-cell"}, "td": {"class": "d-none d-md-table-cell"}}
DAY = {"th": {"class": "d-none d-md-table-cell"}, "td": {"class": "d-none d-md-table-cell text-nowrap"}}


class OrganizationTable(tables.Table):
    """Organizations found by a search: a flat list, each with where it stands."""

    short_name = tables.Column("简称", linkify=lambda record: reverse("orgs:detail", args=[record.public_id]))
    name = tables.Column("名称", attrs=WIDE)
    kind = tables.Column("类别")
    parent = tables.Column("上级", accessor="parent__short_name", default="—")
    code = tables.Column("代码", attrs=WIDE)
    start_date = tables.DateColumn(verbose_name="设立日期", format="Y-m-d", attrs=DAY)

    class Meta:
        model = Organization
        fields = ["short_name", "name", "kind", "parent", "code", "start_date"]
        template_name = "orgs/table.html"
        attrs = LOOK
        order_by = "path"


class AccountTable(tables.Table):
    """Accounts with their present seats; ``seats`` is prefetched by the view."""

    name = tables.Column(
        "姓名",
        linkify=lambda record: reverse("accounts:detail", args=[record.public_id]),
        attrs={"td": {"class": "text-nowrap"}},
    )
    username = tables.Column("用户名", attrs=WIDE)
    seats = tables.Column("岗位", empty_values=(), orderable=False)
    is_active = tables.Column("状态", attrs={"th": {"class": "text-nowrap"}})

    class Meta:
        model = User
        fields = ["name", "username", "seats", "is_active"]
        template_name = "orgs/table.html"
        attrs = LOOK
        order_by = "username"

    def render_seats(self, record: User) -> str:
        seats = [f"{seat.organization.short_name} {seat.get_role_display()}" for seat in record.present_seats]  # type: ignore[attr-defined]
        return "；".join(seats) or "无"

    def render_is_active(self, record: User) -> SafeString:
        if not record.is_active:
            return format_html('<span class="pill pill-bad">{}已停用</span>', icon("slash-circle"))
        if record.must_change_password:
            return format_html('<span class="pill pill-late">{}待改初始密码</span>', icon("key"))
        return format_html('<span class="pill pill-good">{}使用中</span>', icon("check2"))


def icon(name: str) -> SafeString:
    """Return a decorative icon; a word always stands beside it."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)
