"""The first page of the ledgers: record something, what is still lacking, what was recorded last."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from qiangji.ledgers import selectors
from qiangji.ledgers.asking import asked_of
from qiangji.ledgers.models import Record, RecordKind
from qiangji.ledgers.views.access import (
    MANAGE,
    RECORD,
    SEE,
    log_readings,
    organizations_with,
    recordable_kinds,
    require_somewhere,
)
from qiangji.ledgers.views.recording import read_uuid
from qiangji.ledgers.vocabulary import KINDS, LedgerKind
from qiangji.members.pinyin import search_text
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach

MOST_ORGANIZATIONS = 300
FREQUENT, RECENT, REPEATABLE = 6, 8, 4
# Until an organization has recorded anything: what a branch and a hospital record most.
USUAL = (
    "branch_members_meeting",
    "branch_committee_meeting",
    "party_class",
    "theme_party_day",
    "study_centre_group",
    "first_agenda_item",
    "party_affairs_meeting",
)


@dataclass(frozen=True)
class Offered:
    """A kind as the home page offers it."""

    kind: LedgerKind
    letters: str

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def title(self) -> str:
        return self.kind.title

    @property
    def found_by(self) -> str:
        return " ".join([self.kind.title, self.letters, *self.kind.aliases])


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what can be recorded for one organization, what it still lacks, and its latest records."""
    reach = request_reach(request)
    require_somewhere(reach)
    organizations = organizations_with(reach, SEE, RECORD).order_by("path")
    organization = chosen_organization(request, reach, organizations)
    context: dict = {"organization": organization, "organizations": organizations[:MOST_ORGANIZATIONS]}
    if organization is not None:
        context |= about(reach, organization)
        log_readings(request, [*context["recent"], *context["drafts"]], "台账首页")
    return render(request, "ledgers/home.html", context)


def chosen_organization(
    request: HttpRequest, reach: Reach, organizations: QuerySet[Organization]
) -> Organization | None:
    """Return the organization that is asked for, else the one at which the person sits."""
    if asked := request.GET.get("organization"):
        return get_object_or_404(organizations, public_id=read_uuid(asked))
    own = [held.path for held in reach.held]
    return organizations.filter(path__in=own).first() or organizations.first()


def about(reach: Reach, organization: Organization) -> dict:
    """Return what the page says about one organization."""
    records = Record.objects.visible_to(reach).filter(organization=organization)
    may_record = reach.allows_at(RECORD, organization.path)
    recent = list(records.exclude(state=Record.State.DRAFT).prefetch_related("kinds")[:RECENT])
    drafts = list(
        records.filter(state=Record.State.DRAFT).order_by("date").prefetch_related("kinds")[:RECENT]
    )
    asked = asked_of([organization], reach.day)[organization.pk]
    context = {
        "recent": recent,
        "drafts": drafts,
        "may_record": may_record,
        "may_see": reach.allows_at(SEE, organization.path),
        "may_manage": reach.allows_at(MANAGE, organization.path),
        "is_asked": bool(asked),
        "lacking": selectors.lacking_of(organization, asked, reach.day),
        "is_branch": organization.kind == Organization.Kind.BRANCH,
    }
    if may_record:
        kinds = recordable_kinds(reach, organization)
        offered = [Offered(kind, search_text(kind.title)) for kind in kinds]
        frequent = frequent_codes(organization, kinds, reach.day)
        context |= {
            "frequent": [one for one in offered if one.code in frequent],
            "groups": grouped([one for one in offered if one.code not in frequent]),
            "templates": selectors.templates_for(organization),
            "recordable": {kind.code for kind in kinds},
            "again": repeatable(recent, {kind.code for kind in kinds}),
        }
    return context


def frequent_codes(organization: Organization, kinds: list[LedgerKind], today: date) -> set[str]:
    """Return the kinds recorded most within a year, filled up with the usual ones."""
    rows = RecordKind.objects.filter(
        record__organization=organization, record__date__gt=today - timedelta(days=365)
    )
    allowed = {kind.code for kind in kinds if kind.shape == "activity"}
    counted = Counter(dict(rows.values_list("kind").annotate(count=Count("pk"))))
    found = [code for code, _ in counted.most_common() if code in allowed]
    found += [code for code in USUAL if code in allowed and code not in found]
    return set(found[:FREQUENT])


def grouped(offered: list[Offered]) -> list[tuple[str, list[Offered]]]:
    """Return kinds under their headings, in the order of the vocabulary."""
    groups: dict[str, list[Offered]] = {}
    for one in offered:
        groups.setdefault(one.kind.group, []).append(one)
    return list(groups.items())


def repeatable(recent: list[Record], allowed: set[str]) -> list[Record]:
    """Return the latest record of each combination of kinds, to be recorded once more as it was."""
    found: dict[frozenset[str], Record] = {}
    for record in recent:
        codes = frozenset(row.kind for row in record.kinds.all())
        is_activity = all(code in KINDS and KINDS[code].shape == "activity" for code in codes)
        if codes and codes <= allowed and is_activity and record.state == Record.State.CONFIRMED:
            found.setdefault(codes, record)
    return list(found.values())[:REPEATABLE]
