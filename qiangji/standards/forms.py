"""What people type in the standards workshop. Whether a correction can be made is decided by the operations."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.standards.exact import InexactNumber, exact_decimal
from qiangji.standards.models import Edition
from qiangji.standards.reader.wording import normal_widths
from qiangji.standards.schema import (
    APPLIES_TO_LABELS,
    FORCE_LABELS,
    VETO_LABELS,
    BaseScoring,
    BonusScoring,
    DeductScoring,
    FullScoring,
    GradedScoring,
    Scoring,
)
from qiangji.standards.workshop.state import CriterionState, Details, GroupState, SectionState, VetoState

MOST_PASTED = 1_500_000
KIND_LABELS = {
    "full": "按完成情况给分",
    "deduct": "按次扣分",
    "graded": "分档给分",
    "bonus": "加分",
    "base": "基础分加减",
    "checklist": "不计分",
}
SHORT_KINDS = {
    "full": "给分",
    "deduct": "扣分",
    "graded": "分档",
    "bonus": "加分",
    "base": "基础分",
    "checklist": "不计分",
}
GRADE = re.compile(r"(?P<label>.+?)[\s:：=、,，]*(?P<points>\d+(?:\.\d+)?)\s*分?[；;。]?")
DERIVED = frozenset({"graded", "bonus", "base"})


class FigureField(forms.CharField):
    """A number of points as typed, full widths too; "" where it is left empty."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=8, widget=forms.TextInput(attrs=attrs), **({"required": False} | options))

    def clean(self, value: Any) -> str:
        text = normal_widths(super().clean(value)).strip().removesuffix("分").strip()
        if not text:
            return ""
        try:
            return plain(exact_decimal(text))
        except InexactNumber as error:
            raise forms.ValidationError(f"“{text}”不是可用的数字，请写成 2 或 0.5 这样的数。") from error


class UploadForm(forms.Form):
    """A scoring table as a file, or pasted; `markup` is what the clipboard held of a copied table's cells."""

    organization = forms.ModelChoiceField(
        label="录入组织", queryset=Organization.objects.none(), empty_label=None, to_field_name="public_id"
    )
    file = forms.FileField(label="选择文件", required=False, allow_empty_file=True)
    text = forms.CharField(
        label="粘贴的内容",
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 8, "class": "w-paste"}),
    )
    markup = forms.CharField(required=False, strip=False, max_length=MOST_PASTED, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not data.get("text", "").strip():
            raise forms.ValidationError("请先选择一个文件，或把表格内容粘贴到下面的框里。")
        return data


class CriterionForm(forms.Form):
    """One criterion whole: its words, its points, how it is scored and the figures of that kind."""

    text = forms.CharField(label="内容", max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    title = forms.CharField(
        label="简称（选填）",
        max_length=300,
        required=False,
        help_text="在名单和报表里代替全文，不填时取内容的第一句。",
    )
    evidence = forms.CharField(label="佐证提示（选填）", max_length=300, required=False)
    note = forms.CharField(label="说明（选填）", max_length=500, required=False)
    points = FigureField(label="分值")
    kind = forms.ChoiceField(label="计分方式", choices=list(KIND_LABELS.items()))
    full_whole = forms.BooleanField(label="只能得满分或零分，不给部分分", required=False)
    deduct_per = FigureField(label="每次扣几分")
    deduct_unit = forms.CharField(
        label="按什么计次", max_length=20, required=False, help_text="如：次、例、人"
    )
    deduct_floor = FigureField(label="最低几分（选填）", help_text="不填为 0，即扣完为止")
    bonus_per = FigureField(label="每次加几分")
    bonus_unit = forms.CharField(label="按什么计次（选填）", max_length=20, required=False)
    bonus_cap = FigureField(label="最多加几分")
    grades = forms.CharField(
        label="各档名称和分值",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="每行一档，名称后写分值，例如“好 20”。",
    )
    base_base = FigureField(label="基础分")
    base_plus = FigureField(label="每次加几分（选填）")
    base_minus = FigureField(label="每次减几分（选填）")
    base_floor = FigureField(label="最低几分（选填）")
    base_cap = FigureField(label="最高几分（选填）")

    NEEDED = {
        "deduct": ("deduct_per", "deduct_unit"),
        "bonus": ("bonus_per", "bonus_cap"),
        "graded": ("grades",),
        "base": ("base_base",),
    }

    @classmethod
    def initial_of(cls, criterion: CriterionState) -> dict[str, Any]:
        """Return the fields as they stand."""
        points = "" if criterion.points is None else plain(criterion.points)
        names = ("text", "title", "evidence", "note")
        found: dict[str, Any] = {name: getattr(criterion, name) for name in names} | {"points": points}
        return found | {"kind": criterion.scoring.kind} | _figures_of(criterion.scoring)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind", "")
        for name in self.NEEDED.get(kind, ()):
            if name not in self.errors and not data.get(name):
                self.add_error(name, f"计分方式是“{KIND_LABELS[kind]}”，请填写这一项。")
        if kind == "graded" and "grades" not in self.errors:
            data["options"] = self._options(data["grades"])
        return data

    def _options(self, text: str) -> list[dict[str, str]]:
        found = []
        for line in filter(None, map(str.strip, normal_widths(text).splitlines())):
            match = GRADE.fullmatch(line)
            if match is None:
                self.add_error("grades", f"“{line}”里没有读到分值，请写成“好 20”这样。")
                continue
            found.append({"label": match["label"].strip(), "points": match["points"]})
        if len(found) < 2 and "grades" not in self.errors:
            self.add_error("grades", "分档至少要有两档，每行写一档。")
        return found

    def scoring(self) -> dict[str, Any]:
        """Return the scoring rule as the operations take it. Only for a form that is valid."""
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        if kind == "full":
            return {"kind": kind, "partial": not data["full_whole"]}
        if kind == "graded":
            return {"kind": kind, "options": data["options"]}
        prefix = f"{kind}_"
        given = {name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix)}
        return {"kind": kind} | {name: value for name, value in given.items() if value}

    def worth(self) -> str:
        """Return the points; where the kind's own figures say what can be had at most, that."""
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        if kind == "checklist":
            return ""
        if kind == "graded":
            return plain(max(Decimal(option["points"]) for option in data["options"]))
        if kind == "bonus":
            return str(data["bonus_cap"])
        if kind == "base":
            return str(data["base_cap"] or data["base_base"])
        return str(data["points"])


def _figures_of(scoring: Scoring) -> dict[str, Any]:
    def shown(value: Decimal | None) -> str:
        return "" if value is None else plain(value)

    if isinstance(scoring, FullScoring):
        return {"full_whole": not scoring.partial}
    if isinstance(scoring, DeductScoring):
        floor = shown(scoring.floor) if scoring.floor else ""
        return {"deduct_per": shown(scoring.per), "deduct_unit": scoring.unit, "deduct_floor": floor}
    if isinstance(scoring, BonusScoring):
        return {"bonus_per": shown(scoring.per), "bonus_unit": scoring.unit, "bonus_cap": shown(scoring.cap)}
    if isinstance(scoring, GradedScoring):
        return {"grades": "\n".join(f"{option.label} {plain(option.points)}" for option in scoring.options)}
    if isinstance(scoring, BaseScoring):
        names = ("base", "plus", "minus", "floor", "cap")
        return {f"base_{name}": shown(getattr(scoring, name)) for name in names}
    return {}


class NewCriterionForm(forms.Form):
    """A criterion that the reader missed."""

    text = forms.CharField(label="内容", max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    points = FigureField(label="分值")


class SectionForm(forms.Form):
    """A part of the table."""

    title = forms.CharField(label="项目名称", max_length=300)
    points = FigureField(label="项目分值")
    bonus = forms.BooleanField(label="加分项目，不计入总分", required=False)

    @classmethod
    def initial_of(cls, section: SectionState) -> dict[str, Any]:
        points = "" if section.points is None else plain(section.points)
        return {"title": section.title, "points": points, "bonus": section.bonus}


class GroupForm(forms.Form):
    """A group of a part."""

    title = forms.CharField(
        label="小项名称", max_length=300, required=False, help_text="项目不分小项时留空。"
    )
    points = FigureField(label="小项分值（选填）", help_text="表里没有写小项分值时留空。")

    @classmethod
    def initial_of(cls, group: GroupState) -> dict[str, Any]:
        return {"title": group.title, "points": "" if group.points is None else plain(group.points)}


class NewGroupForm(forms.Form):
    """A group that the reader missed."""

    title = forms.CharField(label="小项名称", max_length=300)


class VetoForm(forms.Form):
    """A condition that overrides the score."""

    text = forms.CharField(label="内容", max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label="后果", choices=list(VETO_LABELS.items()))

    @classmethod
    def initial_of(cls, veto: VetoState) -> dict[str, Any]:
        return {"text": veto.text, "kind": veto.kind}


class DetailsForm(forms.Form):
    """What the table is, where it comes from, where it holds, and who adopted it."""

    title = forms.CharField(label="标准名称", max_length=300)
    code = forms.CharField(
        label="标准代号",
        max_length=64,
        required=False,
        help_text="各年版本共用一个代号，只用小写字母、数字和短横线，例如 city-hospital。",
    )
    label = forms.CharField(label="版本", max_length=40, required=False, help_text="通常写年份，例如 2026。")
    year = forms.IntegerField(label="施行年份", min_value=1949, max_value=2200, required=False)
    applies_to = forms.ChoiceField(
        label="适用组织", choices=[("", "请选择"), *APPLIES_TO_LABELS.items()], required=False
    )
    total_points = FigureField(label="总分（不含加分项目）")
    document = forms.CharField(label="依据文件", max_length=300, required=False)
    number = forms.CharField(label="文号", max_length=300, required=False)
    issuer = forms.CharField(label="发文机关", max_length=300, required=False)
    issued_date = forms.DateField(
        label="发文日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    jurisdiction = forms.CharField(label="适用地区", max_length=300, required=False)
    force = forms.ChoiceField(label="效力", choices=[("", "请选择"), *FORCE_LABELS.items()], required=False)
    adopted_by = forms.CharField(
        label="采用机关",
        max_length=300,
        required=False,
        help_text="决定用这张表考评的机关。表里的数字只在它管辖的范围内有约束力。",
    )
    adoption_number = forms.CharField(label="采用文号", max_length=300, required=False)

    @classmethod
    def initial_of(cls, details: Details) -> dict[str, Any]:
        found = {name: getattr(details, name) for name in cls.base_fields}
        found["total_points"] = plain(details.total_points) if details.total_points else ""
        return found

    def arguments(self) -> dict[str, Any]:
        """Return what changed, as the operation takes it. Only for a form that is valid."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in self.changed_data}
        for name in ("year", "issued_date"):
            if name in found:
                found[name] = "" if data[name] is None else str(data[name])
        if "total_points" in found:
            found["total_points"] = data["total_points"] or "0"
        return found


class EarlierForm(forms.Form):
    """The earlier edition that a draft is held against."""

    edition = forms.ModelChoiceField(
        label="对照的版本", queryset=Edition.objects.none(), to_field_name="public_id", empty_label="请选择"
    )
