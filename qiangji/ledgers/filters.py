"""The filter line above the list of records; the same for the page and for the exported file."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from qiangji.ledgers.models import Record
from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs import paths
from qiangji.orgs.filters import PICKED, TYPED
from qiangji.orgs.models import Organization

DAY = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
NUMBER = forms.NumberInput(attrs={"class": "form-control", "min": 2000, "max": 2100})


def kind_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds under their headings."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in KINDS.values():
        if not kind.own_table:
            groups.setdefault(kind.group, []).append((kind.code, kind.title))
    return list(groups.items())


class RecordFilter(django_filters.FilterSet):
    """By organization with all below it, kind, days, 所属年度, state and words."""

    organization = django_filters.ChoiceFilter(
        method="below", label="组织（含下级）", empty_label="全部组织", widget=PICKED
    )
    kind = django_filters.ChoiceFilter(
        method="counting_as", label="类型", empty_label="全部类型", widget=PICKED, choices=kind_choices
    )
    year = django_filters.NumberFilter(label="所属年度", widget=NUMBER)
    start = django_filters.DateFilter(field_name="date", lookup_expr="gte", label="从", widget=DAY)
    end = django_filters.DateFilter(field_name="date", lookup_expr="lte", label="到", widget=DAY)
    state = django_filters.ChoiceFilter(
        choices=Record.State.choices, label="状态", empty_label="全部状态", widget=PICKED
    )
    q = django_filters.CharFilter(method="search", label="主题、地点", widget=TYPED)

    class Meta:
        model = Record
        fields = ["organization", "kind", "year", "start", "end", "state", "q"]

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paths = {str(one.public_id): one.path for one in organizations}
        offered = [(str(one.public_id), indented(one, organizations[0])) for one in organizations]
        self.filters["organization"].extra["choices"] = offered

    def below(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(paths.below(self.paths[value], "organization__path"))

    def counting_as(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.of_kind(value)  # type: ignore[attr-defined]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        text = value.strip()
        return queryset.filter(Q(title__icontains=text) | Q(place__icontains=text))


def indented(organization: Organization, top: Organization) -> str:
    """Return a name set in by how far it stands below the first."""
    depth = (len(organization.path) - len(top.path)) // paths.WIDTH
    return "　" * max(0, depth) + organization.short_name
