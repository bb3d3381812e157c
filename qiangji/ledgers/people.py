"""Finding people for the ledgers: by name, staff number or as typed on a Latin keyboard, inside their own employer."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiangji.ledgers.exceptions import LedgersError
from qiangji.members.models import BranchMembership, Employment, Person
from qiangji.members.querysets import holds
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.selectors import hospital_of

SEPARATOR = " · "
MOST_OFFERED = 400


def people_of(organization: Organization, on: date) -> QuerySet[Person]:
    """Return who works at the employer an organization stands in, or belongs to a branch there, on a day."""
    employer = hospital_of(organization) or organization
    below = paths.below(employer.path, "organization__path")
    works = Employment.objects.filter(holds(on), organization=employer, person=OuterRef("pk"))
    belongs = BranchMembership.objects.filter(below, holds(on), member__person=OuterRef("pk"))
    return Person.objects.filter(Q(Exists(works)) | Q(Exists(belongs)))


def found_by(people: QuerySet[Person], typed: str, on: date) -> QuerySet[Person]:
    """Return the people whom a typed text may mean: name, staff number, syllables or initials."""
    words = typed.strip()
    number = Employment.objects.filter(holds(on), staff_number=words, person=OuterRef("pk"))
    return people.filter(
        Q(name__icontains=words) | Q(pinyin__icontains=words.lower()) | Q(Exists(number))
    ).order_by("pinyin", "name", "pk")


def numbers_of(people: list[Person], on: date) -> dict[int, str]:
    """Return the staff numbers of people on a day, by the person's id: one statement."""
    rows = Employment.objects.filter(holds(on), person__in=people)
    return dict(rows.values_list("person_id", "staff_number"))


def offer(person: Person, number: str) -> str:
    """Return how a person is offered and shown in a field; ``person_typed`` reads it back."""
    return f"{person.name}{SEPARATOR}{number}" if number else person.name


def person_typed(people: QuerySet[Person], typed: str, on: date) -> Person:
    """Return the one person whom a text means. Raises LedgersError where it means nobody or several."""
    name, _, number = typed.strip().partition(SEPARATOR.strip())
    name, number = name.strip(), number.strip()
    if number:
        holder = Employment.objects.filter(holds(on), staff_number=number, person=OuterRef("pk"))
        found = list(people.filter(Exists(holder), name=name)[:2])
    else:
        found = list(people.filter(name=name)[:2]) or list(found_by(people, name, on)[:2])
    if not found:
        raise LedgersError(f"没有找到“{typed}”。请输入姓名、工号或拼音首字母，或从提示中选取。")
    if len(found) > 1:
        raise LedgersError(f"“{typed}”不止一人，请从提示中选取带工号的一项。")
    return found[0]
