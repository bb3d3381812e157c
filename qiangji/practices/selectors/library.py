"""The library as its readers see it: published texts, narrowed by words, criterion, place; and what waits or is one's own."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from qiangji.lib.typed import typed_line
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.practices.models import Adoption, Practice, PracticeText
from qiangji.practices.states import State
from qiangji.standards.models import Criterion, Edition, Section, Standard

PER_PAGE = 25
MINE_FIRST = (State.RETURNED, State.DRAFT, State.SUBMITTED, State.PUBLISHED, State.WITHDRAWN)
SORTS = {"new": "最新发布", "adopted": "采用最多"}


def published_texts(reach: Reach) -> QuerySet[PracticeText]:
    """Return the texts that the library shows this person, each with ``adopters``: how many adopted it."""
    return counted(
        PracticeText.objects.filter(
            practice__in=Practice.objects.readable_by(reach).order_by(),
            number=F("practice__published_number"),
        )
    )


def counted(texts: QuerySet[PracticeText]) -> QuerySet[PracticeText]:
    """Add how many adopted the practice, and read what a list shows of it."""
    adopted = Adoption.objects.filter(practice=OuterRef("practice"), ended_at__isnull=True)
    number = adopted.order_by().values("practice").annotate(n=Count("pk")).values("n")
    return texts.annotate(
        adopters=Coalesce(Subquery(number, output_field=IntegerField()), Value(0))
    ).select_related(
        "practice__organization",
        "practice__published_to",
        "practice__published_by",
        "practice__submitted_to",
        "criterion__group__section",
        "criterion__edition__standard",
    )


def serving(texts: QuerySet[PracticeText], edition: Edition, code: str) -> QuerySet[PracticeText]:
    """Keep texts that serve a criterion, in whichever edition of its standard: the code is its identity."""
    return texts.filter(criterion__code=code, criterion__edition__standard=edition.standard_id)


def most_adopted(texts: QuerySet[PracticeText]) -> QuerySet[PracticeText]:
    """Order texts by how many adopted them, the newest first among equals."""
    return texts.order_by(F("adopters").desc(), "-practice__published_at", "pk")


def counts_by_code(reach: Reach, edition: Edition) -> dict[str, int]:
    """Return how many texts of the library serve each criterion of an edition's standard: one statement."""
    rows = PracticeText.objects.filter(
        practice__in=Practice.objects.readable_by(reach).order_by(),
        number=F("practice__published_number"),
        criterion__edition__standard=edition.standard_id,
    )
    return dict(rows.order_by().values_list("criterion__code").annotate(n=Count("pk")))


@dataclass(frozen=True)
class LibraryFilter:
    """What the list is narrowed by; every value comes from the address and may be anything."""

    words: str = ""
    standard: str = ""
    section: str = ""
    code: str = ""
    place: str = ""
    sort: str = "new"

    @classmethod
    def read(cls, data: Any) -> "LibraryFilter":
        """Read the filter of an address; what names nothing narrows nothing."""
        chosen = {name: typed_line(str(data.get(name, "")))[:100] for name in cls.names()}
        section = chosen["section"] if chosen["section"].isdecimal() and len(chosen["section"]) < 4 else ""
        sort = chosen["sort"] if chosen["sort"] in SORTS else "new"
        return cls(**(chosen | {"section": section, "sort": sort}))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return ("words", "standard", "section", "code", "place", "sort")

    @property
    def is_narrow(self) -> bool:
        """Whether anything is narrowed."""
        return any((self.words, self.standard, self.section, self.code, self.place))

    @property
    def query(self) -> str:
        """The filter as an address has it."""
        return urlencode({name: getattr(self, name) for name in self.names() if getattr(self, name)})

    def narrow(self, texts: QuerySet[PracticeText], places: list[Organization]) -> QuerySet[PracticeText]:
        """Keep what fits."""
        for word in self.words.split():
            texts = texts.filter(
                Q(title__icontains=word)
                | Q(action__icontains=word)
                | Q(outcome__icontains=word)
                | Q(situation__icontains=word)
                | Q(practice__organization__name__icontains=word)
                | Q(practice__organization__short_name__icontains=word)
                | Q(criterion__title__icontains=word)
                | Q(criterion__code=word)
            )
        if self.standard:
            texts = texts.filter(criterion__edition__standard__code=self.standard)
        if self.section:
            texts = texts.filter(criterion__group__section__number=int(self.section))
        if self.code:
            texts = texts.filter(criterion__code=self.code)
        for place in places:
            if str(place.public_id) == self.place:
                texts = texts.filter(paths.below(place.path, "practice__organization__path"))
        if self.sort == "adopted":
            return most_adopted(texts)
        return texts.order_by("-practice__published_at", "pk")


@dataclass(frozen=True)
class LibraryPage:
    """One page of the library with what it can be narrowed by."""

    chosen: LibraryFilter
    page: Page
    standards: list[Standard]
    sections: list[tuple[int, str]]
    places: list[Organization]
    criterion: Criterion | None

    @property
    def sorts(self) -> list[tuple[str, str]]:
        return list(SORTS.items())


def library_page(reach: Reach, chosen: LibraryFilter, number: str | None) -> LibraryPage:
    """Return a page of what the library shows this person: a fixed number of statements."""
    texts = published_texts(reach)
    places = places_of(texts)
    standards = list(
        Standard.objects.filter(
            Exists(texts.filter(criterion__edition__standard=OuterRef("pk")).order_by())
        ).order_by("title")
    )
    sections: dict[int, str] = {}
    criterion = None
    if chosen.standard:
        rows = Section.objects.filter(edition__standard__code=chosen.standard, edition__status="published")
        sections = dict(rows.order_by("edition__year_of_effect", "number").values_list("number", "title"))
        if chosen.code:
            criterion = (
                Criterion.objects.filter(edition__standard__code=chosen.standard, code=chosen.code)
                .order_by("-edition__year_of_effect")
                .first()
            )
    page = Paginator(chosen.narrow(texts, places), PER_PAGE).get_page(number)
    return LibraryPage(chosen, page, standards, sorted(sections.items()), places, criterion)


def places_of(texts: QuerySet[PracticeText]) -> list[Organization]:
    """Return the committees, below which something of the library was done: the places to choose from."""
    here = texts.filter(practice__organization__path__startswith=OuterRef("path")).order_by()
    return list(
        Organization.objects.filter(Exists(here), kind=Organization.Kind.GUIDANCE_COMMITTEE).order_by("path")
    )


def own_texts(reach: Reach) -> QuerySet[PracticeText]:
    """Return the texts worked on for which this person recommends: what waits for oneself first."""
    rows = PracticeText.objects.filter(
        practice__in=Practice.objects.own_of(reach).order_by(), number=F("practice__number")
    )
    place = Case(
        *(When(practice__state=state, then=Value(rank)) for rank, state in enumerate(MINE_FIRST)),
        output_field=IntegerField(),
    )
    return counted(rows).order_by(place, "-practice__state_at", "pk")


def waiting_texts(reach: Reach) -> QuerySet[PracticeText]:
    """Return the texts that wait for this person's review, the longest waiting first."""
    rows = PracticeText.objects.filter(
        practice__in=Practice.objects.handed_to(reach).order_by(), number=F("practice__number")
    )
    return counted(rows).order_by("practice__state_at", "pk")
