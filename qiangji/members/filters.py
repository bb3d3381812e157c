"""The filter line above the register."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from qiangji.members.models import BranchMembership, Employment, Exemption, FloatingSpell, Person
from qiangji.members.querysets import holds
from qiangji.members.selectors.register import FULL, STATUSES
from qiangji.orgs.models import Organization

TYPED = forms.TextInput(attrs={"class": "form-control", "type": "search"})
PICKED = forms.Select(attrs={"class": "form-select"})
FLOATS = [("any", "流动中"), *FloatingSpell.Direction.choices]
EXEMPT = [("yes", "免除期内")]


def matching(text: str, day: date) -> Q:
    """Return "is found by this name, pinyin, initials or staff number" as a condition on branch memberships."""
    condition = Q(member__person__name__icontains=text)
    if text.isascii():
        letters = "".join(text.split()).lower()
        condition |= Q(member__person__pinyin__startswith=letters)
        condition |= Q(member__person__pinyin__contains=f" {letters}")
        numbered = Employment.objects.filter(
            holds(day), person=OuterRef("member__person"), staff_number__istartswith=text
        )
        condition |= Q(Exists(numbered))
    return condition


class RegisterFilter(django_filters.FilterSet):
    """By name or number, branch, status, occupation, floating and exemption, each on the day of the list."""

    q = django_filters.CharFilter(method="search", label="姓名、拼音或工号", widget=TYPED)
    branch = django_filters.ModelChoiceFilter(
        field_name="organization",
        queryset=Organization.objects.none(),
        to_field_name="public_id",
        label="党支部",
        empty_label="全部党支部",
        widget=PICKED,
    )
    status = django_filters.ChoiceFilter(
        method="standing",
        choices=list(STATUSES.items()),
        label="状态",
        empty_label="全部状态",
        widget=PICKED,
    )
    occupation = django_filters.ChoiceFilter(
        field_name="member__person__occupation",
        choices=Person.Occupation.choices,
        label="岗位类别",
        empty_label="全部岗位",
        widget=PICKED,
    )
    floating = django_filters.ChoiceFilter(
        method="floats", choices=FLOATS, label="流动", empty_label="不限", widget=PICKED
    )
    exempt = django_filters.ChoiceFilter(
        method="excused", choices=EXEMPT, label="免除", empty_label="不限", widget=PICKED
    )

    class Meta:
        model = BranchMembership
        fields = ["q", "branch", "status", "occupation", "floating", "exempt"]

    def __init__(self, *args: Any, day: date, branches: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.filters["branch"].queryset = branches
        self.filters["branch"].field.queryset = branches

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(matching(value.strip(), self.day)) if value.strip() else queryset

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == FULL:
            return queryset.filter(member__confirmed_date__lte=self.day)
        return queryset.filter(
            Q(member__confirmed_date__isnull=True) | Q(member__confirmed_date__gt=self.day)
        )

    def floats(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        spells = FloatingSpell.objects.filter(holds(self.day), member=OuterRef("member"))
        if value != "any":
            spells = spells.filter(direction=value)
        return queryset.filter(Exists(spells))

    def excused(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Exists(Exemption.objects.filter(holds(self.day), member=OuterRef("member"))))
