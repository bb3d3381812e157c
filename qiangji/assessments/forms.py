"""The shapes of what people type outside the sheet itself: signature, return, cycle."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import DateInput

from qiangji.assessments.models import Cycle
from qiangji.assessments.services.cycle_changes import LABELS
from qiangji.assessments.stages import Stage
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.standards.models import Edition


class SubmitForm(forms.Form):
    """Submission with the committee's meeting and the secretary's signature (domain §2)."""

    meeting_date = forms.DateField(
        label="党委（总支、支部）会议日期",
        widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="研究通过本表的会议日期。",
    )
    minutes_number = forms.CharField(
        label="会议纪要编号", max_length=60, help_text="例如：党委会〔2026〕18号。"
    )
    password = forms.CharField(
        label="签字密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="再次输入您本人的登录密码，作为签字。",
    )


class ReturnForm(forms.Form):
    """The reason for returning a sheet."""

    reason = forms.CharField(
        label="退回原因",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清楚哪几条、为什么、怎样改，填报单位会看到。",
    )


class WithdrawForm(forms.Form):
    """The reason for taking back one's own signed sheet."""

    reason = forms.CharField(
        label="撤回原因",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清楚要改哪几条、为什么，随本表的办理记录保存。",
    )


def date_field(label: str, help_text: str = "") -> forms.DateField:
    """Return a date field with the browser's own picker."""
    return forms.DateField(
        label=label, widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=help_text
    )


class CycleForm(forms.Form):
    """A new cycle with its deadlines, figures and editions."""

    owner = forms.ModelChoiceField(label="组织单位", queryset=Organization.objects.none())
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    title = forms.CharField(label="名称", max_length=100)
    plan_number = forms.CharField(
        label="批准文件文号", max_length=60, help_text="批准本次考评的方案或通知的文号。"
    )
    period_start_date = date_field("事实起始日")
    period_end_date = date_field("事实截止日")
    self_deadline_date = date_field("自评申报截止日", "到当日 24:00（北京时间）为止。")
    acceptance_deadline_date = date_field("验收截止日")
    rating_deadline_date = date_field("评定截止日")
    closing_date = date_field("周期关闭日")
    pass_line = forms.DecimalField(
        label="达标线", max_digits=7, decimal_places=2, min_value=0, help_text="得分须高于此线，等于不算。"
    )
    branch_share = forms.DecimalField(
        label="支部达标比例（%）",
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        help_text="高于达标线的内设党支部所占比例，不少于此数。",
    )
    hospital_edition = forms.ModelChoiceField(label="院级党组织所用标准", queryset=Edition.objects.none())
    hospital_final_stage = forms.ChoiceField(
        label="院级党组织最终得分", choices=[(Stage.RATING, "主管部门评定"), (Stage.ACCEPTANCE, "上级验收")]
    )
    branch_edition = forms.ModelChoiceField(
        label="内设党支部所用标准（可不选）", queryset=Edition.objects.none(), required=False
    )
    branch_final_stage = forms.ChoiceField(
        label="内设党支部最终得分", choices=[(Stage.ACCEPTANCE, "本院验收"), (Stage.RATING, "主管部门评定")]
    )
    objection_days = forms.IntegerField(
        label="提出更正、申诉的期限（日，可不填）",
        min_value=1,
        max_value=365,
        required=False,
        help_text="从得分、结果或否决定下之日算起。不填的，更正和申诉不设期限，对不予评定和年底考核一票否决的申诉为 15 日。",
    )
    answer_days = forms.IntegerField(
        label="答复更正、申诉的期限（日，可不填）", min_value=1, max_value=365, required=False
    )
    is_trial = forms.BooleanField(label="试评（可用草稿标准，结果不作依据）", required=False)

    def __init__(self, *args: Any, owners: Any, cycle: Cycle | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        self.offer("owner", owners)
        editions = Edition.objects.select_related("standard")
        self.offer("hospital_edition", editions.filter(standard__applies_to="hospital"))
        self.offer("branch_edition", editions.filter(standard__applies_to="branch"))

    def offer(self, name: str, rows: QuerySet) -> None:
        """Let a field choose among rows."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        order = ["self_deadline_date", "acceptance_deadline_date", "rating_deadline_date", "closing_date"]
        dates = [data.get(name) for name in order]
        for name, earlier, later in zip(order[1:], dates, dates[1:], strict=False):
            if earlier and later and later < earlier:
                self.add_error(name, f"不能早于{self.fields[order[order.index(name) - 1]].label}。")
        start, end = data.get("period_start_date"), data.get("period_end_date")
        if start and end and end <= start:
            self.add_error("period_end_date", "须晚于事实起始日。")
        owner, year, title = data.get("owner"), data.get("year"), data.get("title")
        others = Cycle.objects.exclude(pk=self.cycle.pk) if self.cycle else Cycle.objects
        if owner and year and others.filter(owner=owner, year=year, title=title).exists():
            self.add_error("title", "该单位当年已有同名周期，请换一个名称。")
        return data


class CycleChangeForm(CycleForm):
    """A cycle as it stands, to be changed; fields that stand by now are shown and cannot be filled."""

    inspection_deadline_date = date_field("抽查截止日（可不填）")
    inspection_ratio = forms.DecimalField(
        label="抽查比例（可不填）",
        max_digits=5,
        decimal_places=4,
        required=False,
        help_text="文件没有规定比例，由本周期的方案定；例如 0.1 是十分之一。",
    )
    reason = forms.CharField(
        label="改动原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写明依据的文件和理由，所有看得到本周期的人都能看到。",
    )

    def __init__(
        self, *args: Any, cycle: Cycle, editions: dict[str, Any], fixed: tuple[str, ...], **kwargs: Any
    ) -> None:
        hospital, branch = editions.get(Organization.Kind.HOSPITAL), editions.get(Organization.Kind.BRANCH)
        initial = {name: getattr(cycle, name) for name in LABELS} | {
            "owner": cycle.owner_id,
            "year": cycle.year,
            "hospital_edition": hospital.edition_id if hospital else None,
            "hospital_final_stage": hospital.final_stage if hospital else Stage.RATING,
            "branch_edition": branch.edition_id if branch else None,
            "branch_final_stage": branch.final_stage if branch else Stage.ACCEPTANCE,
        }
        owners = Organization.objects.filter(pk=cycle.owner_id)
        super().__init__(*args, owners=owners, cycle=cycle, initial=initial, **kwargs)
        opened = cycle.opened_at is not None
        locked = {"owner", "year", *fixed}
        if opened:
            locked |= {"hospital_edition", "hospital_final_stage", "branch_edition", "branch_final_stage"}
            self.fields["hospital_edition"].required = False
        for name in locked:
            self.fields[name].disabled = True
        self.fields["reason"].required = opened
        self.fields["inspection_deadline_date"].required = False
        for name in ("pass_line", "branch_share", "inspection_ratio"):
            if self.initial[name] is not None:
                self.initial[name] = plain(self.initial[name])
