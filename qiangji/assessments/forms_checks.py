"""What people type about checks: the usual shapes line by line, the same as YAML, a trial, a reason.

What is typed stays as it was typed, in fields that are not shown for the chosen shape too. Whether the whole holds is
said by the entry itself; its faults are brought back to the line and field they are about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from pydantic import ValidationError

from qiangji.assessments import check_words
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.standards.check_shapes import MOST_LINES, SHAPES, Draft, Line, entry_data, state_type
from qiangji.standards.checks import CheckEntry
from qiangji.standards.exact import InexactNumber, exact_decimal
from qiangji.standards.reader.wording import normal_widths
from qiangji.standards.schema import CriterionSpec
from qiangji.standards.site_checks import REASON_LIMIT, faults_of_own

EARLIEST = date(2010, 1, 1)
LATEST = date(2100, 12, 31)
CHOOSE = "请从列表里选。"
# Which fields each shape asks for, in the order of the form; the others keep what was typed and are not shown.
ASKED: dict[str, tuple[str, ...]] = {
    "count": ("event", "per", "bound", "amount", "filters", "whose", "window", "in_force", "usually"),
    "people": (
        "population", "share", "inner", "event", "per", "bound", "amount", "filters", "whose", "window", "pro_rata", "usually",
    ),
    "absent": ("event", "filters", "whose", "in_force", "window"),
    "attest": ("event", "filters", "whose", "in_force", "window"),
    "value": ("state", "bound", "amount", "window", "usually"),
}  # fmt: skip
OF_PARAMETER = ("title", "unit")
TICKS = ("in_force", "pro_rata", "usually", "is_adjustable")
REFRESHING = ("shape", "event", "state", "inner", "is_adjustable", "usually", "decided", "award")
ON = ("on", "True", "true")


class Figure(forms.CharField):
    """A number as typed, full widths too, or ``$name`` of a parameter of the criterion."""

    def __init__(self, label: str, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(
            label=label, max_length=20, required=False, widget=forms.TextInput(attrs=attrs), **options
        )

    def clean(self, value: Any) -> str:
        text = normal_widths(super().clean(value)).strip().removesuffix("%").strip()
        if not text or text.startswith("$"):
            return text
        try:
            return plain(exact_decimal(text))
        except InexactNumber as error:
            raise forms.ValidationError(f"“{text}”不是可用的数字，请写成 2 或 0.5 这样的数。") from error


def chosen(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    """Return a field with a closed list."""
    errors = {"invalid_choice": CHOOSE, "required": CHOOSE}
    return forms.ChoiceField(label=label, choices=choices, required=False, error_messages=errors, **options)


def ticked(label: str, help_text: str = "") -> forms.BooleanField:
    """Return a box to tick."""
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def short(label: str, longest: int, help_text: str = "") -> forms.CharField:
    """Return a line of text that may stay empty."""
    return forms.CharField(label=label, required=False, max_length=longest, help_text=help_text)


def dress(form: forms.Form, refresh: str = "") -> None:
    """Give every field its look, and let those on which others depend redraw the form."""
    for name, field in form.fields.items():
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
            widget.attrs["class"] = "form-check-input"
        elif isinstance(widget, forms.Select):
            widget.attrs["class"] = "form-select"
        else:
            widget.attrs["class"] = "form-control"
        if refresh and name in REFRESHING:
            widget.attrs |= {
                "hx-post": refresh, "hx-trigger": "change", "hx-vals": '{"do": "refresh"}',
                "hx-target": "#check-form", "hx-select": "#check-form", "hx-swap": "outerHTML",
            }  # fmt: skip


class LineForm(forms.Form):
    """One thing that is asked."""

    shape = chosen("要求什么", list(SHAPES.items()))
    event = chosen("看哪一种台账", ())
    state = chosen("看哪一项基本情况", ())
    population = chosen("哪些人或组织", ())
    share = Figure("其中做到的至少占（%）", help_text="100 是每一个都要做到。")
    inner = chosen("每个要做到什么", (("times", "参加或开展几次"), ("hours", "学时合计")))
    filters = forms.MultipleChoiceField(
        label="只算其中这些（不选就都算）",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE},
    )
    whose = chosen("谁的", check_words.WHOSE)
    in_force = ticked("只算正在施行的", "按截止那一天看，不限本年制定。")
    window = chosen("看哪段时间", check_words.WINDOWS)
    per = chosen("按什么分段", check_words.PERS)
    equals = chosen("应当是", ())
    bound = chosen("比较", check_words.BOUNDS)
    amount = Figure("数字")
    pro_rata = ticked("年中加入或离开的按月折算")
    usually = ticked("一般要求", "达不到时说明理由也算做到。")
    reason = chosen(
        "理由登记在哪一项基本情况",
        check_words.reason_choices(),
        help_text="按人数或次数登记，附文号。不选的，达不到时由填报人在考评表上写明理由。",
    )
    is_adjustable = ticked("各地可以不同", "数字单独列出，写明名称和出处。")
    title = short("这个数字叫什么", 60, "例如：全年党课次数")
    unit = short("单位", 20, "例如：次、学时、%")
    place = short("出自哪一处（可不填）", 120)
    parameter = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, refresh: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.errors_of_line: list[str] = []
        self.shape_now = self.now("shape") if self.now("shape") in SHAPES else "count"
        is_hours = self.shape_now == "people" and self.now("inner") == "hours"
        offered: dict[str, Any] = {
            "event": check_words.hour_choices() if is_hours else check_words.event_choices(),
            "state": check_words.state_choices(),
            "population": check_words.population_choices(),
            "filters": check_words.filter_labels(self.now("event")),
            "equals": check_words.value_choices(self.now("state")),
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        dress(self, refresh)

    def now(self, name: str) -> str:
        """Return what stands in a field, typed or to begin with."""
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), ""))
        return str(self.initial.get(name, ""))

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that the chosen shape asks for."""
        names = list(ASKED[self.shape_now])
        if self.shape_now == "value" and state_type(self.now("state")) in ("flag", "choice"):
            names = ["state", "equals", "window", "usually"]
        if not self.fields["filters"].choices and "filters" in names:  # type: ignore[attr-defined]
            names.remove("filters")
        return tuple(names)

    @property
    def has_figure(self) -> bool:
        """Whether a figure is asked for that may differ from region to region."""
        return "amount" in self.asked

    @property
    def is_adjustable_now(self) -> bool:
        """Whether the figure is to be a parameter, as the form stands."""
        return self.has_figure and self.now("is_adjustable") in ON

    @property
    def is_usual_now(self) -> bool:
        """Whether a stated reason is to suffice, as the form stands."""
        return "usually" in self.asked and self.now("usually") in ON

    @property
    def main(self) -> list[Any]:
        """The fields to show after the shape."""
        return [self[name] for name in self.asked if name not in TICKS]

    @property
    def ticks(self) -> list[Any]:
        """The boxes to tick."""
        names = [name for name in TICKS[:-1] if name in self.asked]
        return [self[name] for name in (*names, *(TICKS[-1:] if self.has_figure else ()))]

    @property
    def about(self) -> list[Any]:
        """What is said about the figure, where a reason is recorded, and where the figure comes from."""
        of_parameter = OF_PARAMETER if self.is_adjustable_now else ()
        of_usual = ("reason",) if self.is_usual_now else ()
        return [self[name] for name in (*of_usual, *of_parameter, "place")]

    @property
    def kept(self) -> list[Any]:
        """The fields that are not asked for now, with what was typed into them."""
        here = {one.name for one in (*self.main, *self.ticks, *self.about)} | {"shape"}
        return [self[name].as_hidden() for name in self.fields if name not in here]

    @property
    def hidden(self) -> list[Any]:
        """Every field, with what was typed into it, where the whole line is not asked for."""
        return [self[name].as_hidden() for name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Ask for what the shape needs, and forget what it does not."""
        given = super().clean() or {}
        asked = set(self.asked)
        for name in ("event", "state", "population", "amount", "share", "equals"):
            if name in asked and not given.get(name) and name not in self.errors:
                self.add_error(name, "请填写。" if name in ("amount", "share") else CHOOSE)
        if "share" in asked and given.get("share") and not 0 < exact_decimal(given["share"]) <= 100:
            self.add_error("share", "应在 1 到 100 之间。")
        if given.get("is_adjustable") and self.has_figure:
            for name in OF_PARAMETER:
                if not given.get(name):
                    self.add_error(name, "各地可以不同的数字要写明这一项。")
            if str(given.get("amount", "")).startswith("$"):
                self.add_error("amount", "这里请写数字；已是标准的参数就不用再勾选“各地可以不同”。")
        return given

    def line(self) -> Line:
        """Return the line as typed, without what its shape does not ask for."""
        asked = {*self.asked, "shape", "place"}
        if self.is_adjustable_now:
            asked |= {"is_adjustable", "parameter", *OF_PARAMETER}
        if self.is_usual_now:
            asked.add("reason")
        values = {name: value for name, value in self.cleaned_data.items() if name in asked}
        if "filters" in values:
            values["filters"] = tuple(values["filters"])
        return Line(**values)


FIGURES_OF = {"proportional": ("step",), "per_missing": ("per", "floor"), "bonus": ("per", "cap")}


class HeadForm(forms.Form):
    """What holds for the whole entry."""

    words = forms.CharField(
        label="用一句话说明怎样算做到",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="显示在考评表的判定办法里，请用自己的话写。",
        error_messages={"required": "请用一句话说明怎样算做到。"},
    )
    decided = chosen("由什么判定", (("facts", "由登记的事实判定"), ("person", "由人核定")))
    by_person = short("由人核定时看什么", 300)
    combined = chosen("几项要求之间", (("all", "都要符合"), ("any", "符合一项即可")))
    award = chosen("怎样给分", check_words.AWARDS)
    step = Figure("每级几分")
    per = Figure("每项几分")
    floor = Figure("最低几分")
    cap = Figure("最多几分")

    def __init__(self, *args: Any, refresh: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, refresh)

    def now(self, name: str) -> str:
        """Return what stands in a field, typed or to begin with."""
        return str(self.data.get(name, "") if self.is_bound else self.initial.get(name, ""))

    @property
    def by_a_person(self) -> bool:
        """Whether a person decides, as the form stands."""
        return self.now("decided") == "person"

    @property
    def figures(self) -> list[Any]:
        """The figures that the chosen award asks for."""
        return [self[name] for name in FIGURES_OF.get(self.now("award"), ())]

    @property
    def kept(self) -> list[Any]:
        """The fields that are not asked for now, with what was typed into them."""
        if self.by_a_person:
            return [self[name].as_hidden() for name in ("combined", "award", "step", "per", "floor", "cap")]
        here = {one.name for one in self.figures}
        names = [name for name in ("step", "per", "floor", "cap") if name not in here]
        return [self[name].as_hidden() for name in ("by_person", *names)]

    def clean(self) -> dict[str, Any]:
        """Ask for what a person looks at, and for the figures that the award needs."""
        given = super().clean() or {}
        if given.get("decided") == "person":
            if not given.get("by_person"):
                self.add_error("by_person", "请写明由人看什么。")
            return given
        needed = {"per_missing": ("per",), "bonus": ("per", "cap")}.get(given.get("award", ""), ())
        for name in needed:
            if not given.get(name):
                self.add_error(name, "这种给分办法要写明这一项。")
        return given


@dataclass
class CheckForms:
    """The form of a whole entry: its head and its lines."""

    head: HeadForm
    lines: list[LineForm]
    is_checked: bool = False

    @property
    def can_grow(self) -> bool:
        """Whether another line fits."""
        return len(self.lines) < MOST_LINES

    def draft(self) -> Draft | None:
        """Return what was typed as a draft; None, with the errors beside their fields, where it is not whole."""
        self.is_checked = True
        by_person = self.head.is_valid() and self.head.cleaned_data["decided"] == "person"
        whole = [one.is_valid() for one in self.lines]
        if not self.head.is_valid() or not (by_person or all(whole)):
            return None
        given = self.head.cleaned_data
        if by_person:
            return Draft(words=given["words"], by_person=given["by_person"])
        figures = {name: given[name] for name in FIGURES_OF.get(given["award"], ())}
        return Draft(
            words=given["words"],
            combined=given["combined"] or "all",
            lines=tuple(one.line() for one in self.lines),
            award=given["award"] or "all_or_nothing",
            **figures,
        )

    def entry(self, criterion: CriterionSpec) -> CheckEntry | None:
        """Return what was typed as an entry that holds for a criterion; None with every fault beside its line."""
        draft = self.draft()
        if draft is None:
            return None
        try:
            entry = CheckEntry.model_validate(entry_data(draft))
        except ValidationError as error:
            for detail in error.errors():
                self.tell(tuple(detail["loc"]), "取值不合要求，请核对这一项。")
            return None
        faults = faults_of_own(entry, criterion)
        for place, message in faults:
            self.tell(place, message)
        return None if faults else entry

    def tell(self, place: Sequence[str | int], message: str) -> None:
        """Put a fault beside the line that it is about; what is about none stands at the head."""
        numbers = [one for one in place[:3] if isinstance(one, int)]
        if place[:1] == ("award",):
            name = str(place[1]) if len(place) > 1 and str(place[1]) in self.head.fields else None
            self.head.add_error(name, message)
        elif place[:1] == ("check",) and (numbers or len(self.lines) == 1):
            self.lines[numbers[0] if numbers else 0].errors_of_line.append(message)
        else:
            self.head.add_error(None, message)


def forms_of_draft(draft: Draft, refresh: str) -> CheckForms:
    """Return the form of a draft, nothing checked yet."""
    head = {
        name: getattr(draft, name)
        for name in ("words", "by_person", "combined", "award", "step", "per", "floor", "cap")
    }
    head["decided"] = "person" if draft.by_person else "facts"
    return unchecked(head, [asdict(line) for line in draft.lines] or [asdict(Line())], refresh)


def unchecked(head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], refresh: str) -> CheckForms:
    """Return a form with values in it, nothing checked yet."""
    return CheckForms(
        HeadForm(initial=dict(head), refresh=refresh),
        [LineForm(initial=dict(one), prefix=f"l{n}", refresh=refresh) for n, one in enumerate(lines)],
    )


def typed(data: QueryDict) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what was typed, as it was typed: the head, and each line."""
    head = {name: data.get(name, "") for name in HeadForm.base_fields}
    lines = []
    for number in range(lines_in(data)):
        line: dict[str, Any] = {}
        for field in fields(Line):
            key = f"l{number}-{field.name}"
            base = LineForm.base_fields[field.name]
            if isinstance(base, forms.MultipleChoiceField):
                line[field.name] = data.getlist(key)
            elif isinstance(base, forms.BooleanField):
                line[field.name] = data.get(key) in ON
            else:
                line[field.name] = data.get(key, "")
        lines.append(line)
    return head, lines


def lines_in(data: QueryDict) -> int:
    """Return how many lines were sent."""
    try:
        return min(max(int(data.get("lines", "1")), 1), MOST_LINES)
    except ValueError:
        return 1


def forms_of_data(data: QueryDict, refresh: str) -> CheckForms:
    """Return the form as it was sent, to be checked."""
    return CheckForms(
        HeadForm(data, refresh=refresh),
        [LineForm(data, prefix=f"l{n}", refresh=refresh) for n in range(lines_in(data))],
    )


class TrialForm(forms.Form):
    """For whom, and as of which day or over which whole year, a check is tried."""

    organization = forms.ChoiceField(
        label="组织", error_messages={"invalid_choice": "请从列表里选一个组织。", "required": "请选择组织。"}
    )
    day = forms.DateField(
        label="按哪一天的登记",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填日期，例如 2026-10-31。"},
    )
    whole_year = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organizations: Sequence[Organization], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.found = {str(one.public_id): one for one in organizations}
        field = self.fields["organization"]
        field.choices = [(key, one.name) for key, one in self.found.items()]  # type: ignore[attr-defined]
        dress(self)

    def clean(self) -> dict[str, Any]:
        """Refuse days on which nothing can have been recorded, and years that are not over."""
        given = super().clean() or {}
        year, day = given.get("whole_year"), given.get("day")
        if year is not None:
            if not EARLIEST.year <= year < self.today.year:
                self.add_error("day", f"全年试算只能选 {EARLIEST.year} 年到 {self.today.year - 1} 年。")
        elif day is None:
            if "day" not in self.errors:
                self.add_error("day", "请填日期。")
        elif not EARLIEST <= day <= LATEST:
            self.add_error("day", f"日期应在 {EARLIEST:%Y-%m-%d} 到 {LATEST:%Y-%m-%d} 之间。")
        return given


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        max_length=REASON_LIMIT,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        error_messages={"required": "请写明理由。", "max_length": f"理由最多 {REASON_LIMIT} 字。"},
    )
