"""What is typed into the ledgers. What a record asks for is made from its kinds; whether it holds, the services decide."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import Record, RecordTemplate, RecurringPlan
from qiangji.ledgers.people import SEPARATOR, person_typed
from qiangji.ledgers.vocabulary import LedgerField, fields_of
from qiangji.members.models import Person
from qiangji.orgs.forms import DayField, OrganizationField
from qiangji.orgs.querysets import OrganizationQuerySet

NOTICE = "涉密信息不得录入。"
LONGEST_VALUE = 200
SEPARATORS = "、,，;；\n"
WEEKDAYS = ["一", "二", "三", "四", "五", "六", "日"]


class PersonField(forms.CharField):
    """A person by name, staff number or initials; the page offers who is likely. Cleaned to a Person or None."""

    def __init__(self, *, people: QuerySet[Person], on: datetime.date, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "people-options", "autocomplete": "off"}))
        kwargs.setdefault("help_text", "姓名、工号或拼音首字母。")
        super().__init__(**kwargs)
        self.people, self.on = people, on

    def clean(self, value: Any) -> Any:
        """Return the person; refuse a text that means nobody or several."""
        text = super().clean(value)
        return self.found(text) if text else None

    def found(self, text: str) -> Person:
        try:
            return person_typed(self.people, text, self.on)
        except LedgersError as error:
            raise ValidationError(str(error)) from error


class PersonsField(PersonField):
    """Several people, parted by commas. Cleaned to a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "姓名、工号或拼音首字母，多人用顿号分开。")
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return the people; every text that means nobody is named."""
        text = forms.CharField.clean(self, value)
        for mark in SEPARATORS:
            text = text.replace(mark, "|")
        return [self.found(part) for part in text.split("|") if part.strip()]


class MonthField(forms.CharField):
    """A month as the browser's own field gives it: 2026-10."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"}))
        super().__init__(**kwargs)


def made_field(
    field: LedgerField, *, people: QuerySet[Person], on: datetime.date, among: OrganizationQuerySet
) -> forms.Field:
    """Return the form field for one thing that a kind asks for; optional ones say so in their label."""
    common: dict[str, Any] = {
        "label": field.title if field.required or field.type == "flag" else f"{field.title}（选填）",
        "required": field.required and field.type != "flag",
    }
    if field.help:
        common["help_text"] = field.help
    match field.type:
        case "long_text":
            area = forms.Textarea(attrs={"rows": 3})
            return forms.CharField(widget=area, max_length=4000, **common)
        case "integer":
            return forms.IntegerField(min_value=0, max_value=2_000_000_000, **common)
        case "decimal":
            return forms.DecimalField(min_value=0, max_digits=12, decimal_places=1, **common)
        case "money":
            return forms.DecimalField(min_value=0, max_digits=14, decimal_places=2, **common)
        case "date":
            return DayField(**common)
        case "month":
            return MonthField(**common)
        case "choice":
            offered = [*field.choices.items()]
            blank = [] if field.required and field.default else [("", "—")]
            return forms.ChoiceField(choices=blank + offered, **common)
        case "flag":
            return forms.BooleanField(**common)
        case "person":
            return PersonField(people=people, on=on, **common)
        case "persons":
            return PersonsField(people=people, on=on, **common)
        case "organization":
            made = OrganizationField(**common)
            made.among = among
            return made
        case _:
            longest = Record._meta.get_field("place").max_length if field.name == "place" else LONGEST_VALUE
            return forms.CharField(max_length=longest, **common)


class RecordForm(forms.Form):
    """One entry of the ledgers, asking for the union of what its kinds ask for.

    The day is first; the title may stay empty (the kinds' titles are used then). ``asked`` counts what a person is asked.
    """

    date = DayField(label="日期")
    title = forms.CharField(
        label="主题（选填）", max_length=120, required=False, help_text="不填时用所选类型的名称。"
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[str],
        people: QuerySet[Person],
        on: datetime.date,
        among: OrganizationQuerySet,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ledger_fields = fields_of(kinds)
        for field in self.ledger_fields:
            made = made_field(field, people=people, on=on, among=among)
            if field.default is not None:
                made.initial = field.default
            self.fields[field.name] = made
        self.fields["year"] = forms.IntegerField(
            label="所属年度（选填）",
            required=False,
            min_value=2000,
            max_value=2100,
            help_text="不填时为日期所在年度；补开上一年度的会议时填上一年度。",
        )

    @property
    def asked(self) -> list[str]:
        """The names of what is asked, in order, but for the year, which nearly nobody opens."""
        return [name for name in self.fields if name != "year"]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    def people_named(self) -> list[str]:
        """Return the names of the fields that take people."""
        return [name for name, field in self.fields.items() if isinstance(field, PersonField)]


def person_text(person: Person, number: str = "") -> str:
    """Return how a person stands in a field."""
    return f"{person.name}{SEPARATOR}{number}" if number else person.name


class WithdrawForm(forms.Form):
    """Why a record is withdrawn."""

    reason = forms.CharField(
        label="撤回原因", max_length=200, help_text="例如“重复登记”“日期有误，已另行登记”。" + NOTICE
    )


class PlanForm(forms.Form):
    """A day that comes again. Either a day of the month, or a weekday of a week."""

    title = forms.CharField(
        label="主题",
        max_length=RecurringPlan._meta.get_field("title").max_length,
        help_text="例如“主题党日”。",
    )
    kinds = forms.MultipleChoiceField(label="类型", widget=forms.CheckboxSelectMultiple)
    every = forms.ChoiceField(label="周期", choices=RecurringPlan.Every.choices)
    when = forms.ChoiceField(
        label="哪一天",
        choices=[("day", "每月某日"), ("week", "第几个星期几")],
        widget=forms.RadioSelect,
        initial="day",
    )
    day = forms.IntegerField(label="几日（选填）", min_value=1, max_value=31, required=False)
    week = forms.TypedChoiceField(
        label="第几个（选填）",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "—"), *((number, f"第 {number} 个") for number in range(1, 6))],
    )
    weekday = forms.TypedChoiceField(
        label="星期几（选填）",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "—"), *((number, f"星期{word}") for number, word in enumerate(WEEKDAYS, 1))],
    )
    place = forms.CharField(label="地点（选填）", max_length=60, required=False)
    start_date = DayField(label="从哪天起")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = list(kinds)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Keep the one way of naming a day that was chosen; refuse one that is not whole."""
        data = super().clean() or {}
        if data.get("when") == "day":
            data |= {"week": None, "weekday": None}
            if not data.get("day") and "day" not in self.errors:
                self.add_error("day", "请填写几日，例如 15。")
        else:
            data["day"] = None
            if not (data.get("week") and data.get("weekday")):
                self.add_error("week", "请选择第几个星期几，例如第 2 个星期五。")
        data.pop("when", None)
        return data


class TemplateForm(forms.Form):
    """What a record starts from."""

    name = forms.CharField(label="模板名称", max_length=RecordTemplate._meta.get_field("name").max_length)
    kinds = forms.MultipleChoiceField(label="类型", widget=forms.CheckboxSelectMultiple)
    title = forms.CharField(label="主题（选填）", max_length=120, required=False)
    place = forms.CharField(label="地点（选填）", max_length=60, required=False)
    agenda = forms.CharField(
        label="议程（选填）",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NOTICE,
    )
    for_subordinates = forms.BooleanField(label="下级组织也可以用", required=False)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = list(kinds)  # type: ignore[attr-defined]
