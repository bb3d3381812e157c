"""Columns of the register."""

from datetime import date

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiangji.members.models import BranchMembership, FloatingSpell
from qiangji.members.selectors.register import FULL, STATUSES
from qiangji.orgs.tables import DAY, LOOK, WIDE, icon


class RegisterTable(tables.Table):
    """The register of a day: one line for each member. ``open_ids`` are the members whose page the reader may open."""

    name = tables.Column("姓名", accessor="member__person__name", order_by="member__person__pinyin")
    staff_number = tables.Column("工号", attrs=WIDE)
    branch = tables.Column("党支部", accessor="organization__short_name", order_by="organization__path")
    standing = tables.Column("状态")
    # A DateColumn would draw a template of its own for every cell.
    joined = tables.Column("入党日期", accessor="member__joined_date", attrs=DAY)
    occupation = tables.Column("岗位类别", accessor="member__person__occupation", default="—", attrs=WIDE)

    class Meta:
        model = BranchMembership
        fields = ["name", "staff_number", "branch", "standing", "joined", "occupation"]
        template_name = "orgs/table.html"
        attrs = LOOK
        order_by = ("branch", "name")

    open_ids: frozenset[int] = frozenset()

    def render_name(self, record: BranchMembership, value: str) -> str | SafeString:
        if record.member_id not in self.open_ids:
            return value
        address = reverse("members:detail", args=[record.member.public_id])
        return format_html('<a href="{}">{}</a>', address, value)

    def render_branch(self, record: BranchMembership, value: str) -> str:
        return f"{value} {record.group.short_name}" if record.group else value

    def render_standing(self, record: BranchMembership, value: str) -> SafeString:
        look, picture = ("pill-good", "check2") if value == FULL else ("pill-late", "hourglass-split")
        floats = record.floats  # type: ignore[attr-defined]
        more = (
            format_html(
                ' <span class="pill">{}{}</span>',
                icon("signpost"),
                FloatingSpell.Direction(floats).label,
            )
            if floats
            else ""
        )
        return format_html('<span class="pill {}">{}{}</span>{}', look, icon(picture), STATUSES[value], more)

    def render_joined(self, value: date) -> str:
        return value.isoformat()

    def render_occupation(self, record: BranchMembership) -> str:
        return record.member.person.get_occupation_display()
