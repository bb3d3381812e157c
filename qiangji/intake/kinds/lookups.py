"""What the words of a table stand for: organizations by code or name, people by staff number or name."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from qiangji.intake.kinds.base import Fault, Place
from qiangji.lib.tabular import Column, FromNumber, Type, normalized
from qiangji.members.models import Employment, Person
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Department, Organization

Kind = Organization.Kind
ORGANIZATION = Column(
    "organization", "组织", aliases=("党组织", "组织代码", "党组织名称", "组织名称", "所属组织", "支部"), width=20,
    example="内科党支部", help="填组织的代码、名称或简称；在本组织导入本组织的数据时可以不填。", longest=100,
)  # fmt: skip
STAFF_NUMBER = Column(
    "staff_number", "工号", Type.CODE, aliases=("职工号", "员工号", "人员编号", "员工编号", "职工编号", "编号"),
    required=True, key=True, longest=32, example="00123", help="本单位的工号，前面的 0 要保留。",
)  # fmt: skip
NAME = Column("name", "姓名", aliases=("名字", "党员姓名", "人员姓名"), longest=40, example="张三", width=10)


class Organizations:
    """The organizations inside a place, found by code, name or short name."""

    def __init__(self, place: Place) -> None:
        self.place = place
        rows = Organization.objects.on(place.day).filter(place.within())
        self.rows = {row.pk: row for row in rows}
        self.by_path = {row.path: row for row in self.rows.values()}
        self.by_word: dict[str, list[Organization]] = defaultdict(list)
        for row in self.rows.values():
            for word in {normalized(row.code), normalized(row.name), normalized(row.short_name)}:
                self.by_word[word].append(row)
        self.known: dict[tuple[str | None, frozenset[str], Permission, str], Organization | Fault] = {}

    def find(
        self,
        word: str | None,
        permission: Permission,
        *,
        kinds: frozenset[str] = frozenset(),
        column: str = "organization",
    ) -> Organization | Fault:
        """Return what a word stands for, or what is wrong with it; no word is the place itself."""
        key = (word, kinds, permission, column)
        if key not in self.known:
            self.known[key] = self.search(word, permission, kinds, column)
        return self.known[key]

    def search(
        self, word: str | None, permission: Permission, kinds: frozenset[str], column: str
    ) -> Organization | Fault:
        if not word:
            return self.here(permission, kinds, column)
        found = [
            row for row in self.by_word.get(normalized(word), []) if not kinds or self.is_kind(row, kinds)
        ]
        exact = [row for row in found if row.code == word.strip()]
        found = exact or found
        where = self.place.organization.short_name if self.place.organization else "本系统"
        if not found:
            return Fault(column, f"{where}没有这个组织", self.suggestion(kinds))
        if len(found) > 1:
            codes = "、".join(row.code for row in found[:5])
            return Fault(column, f"有 {len(found)} 个组织叫这个名称", f"改填组织代码，如 {codes}")
        if not self.place.allows(permission, found[0].path):
            return Fault(column, "您不负责这个组织", f"请由有“{permission}”权限的人导入这一行")
        return found[0]

    def here(self, permission: Permission, kinds: frozenset[str], column: str) -> Organization | Fault:
        own = self.place.organization
        if own is None or (kinds and not self.is_kind(own, kinds)):
            return Fault(column, "没有填写", self.suggestion(kinds))
        if not self.place.allows(permission, own.path):
            return Fault(column, "您不负责这个组织", "请填您负责的组织")
        return own

    @staticmethod
    def is_kind(row: Organization, kinds: frozenset[str]) -> bool:
        """A hospital that is itself a branch counts as one."""
        return row.kind in kinds or (row.kind == Kind.HOSPITAL and row.form in kinds)

    def suggestion(self, kinds: frozenset[str]) -> str:
        names = [row.short_name for row in self.rows.values() if not kinds or self.is_kind(row, kinds)]
        listed = "、".join(names[:8]) + ("等" if len(names) > 8 else "")
        return f"填组织代码或名称：{listed}" if names else "请先建立这个组织"

    def employer_of(self, row: Organization) -> Organization:
        """Return the hospital-level organization that an organization is part of, or the authority itself."""
        return self.employers.get(row.pk) or self.read_employer(row)

    @cached_property
    def employers(self) -> dict[int, Organization]:
        return {}

    def read_employer(self, row: Organization) -> Organization:
        upward = paths.ancestors(row.path)
        inside = [self.by_path[path] for path in upward if path in self.by_path]
        found = next((one for one in inside if one.kind == Kind.HOSPITAL), None)
        if found is None:
            found = Organization.objects.filter(path__in=upward, kind=Kind.HOSPITAL).first() or row
        self.employers[row.pk] = found
        return found


class Staff:
    """The people of hospitals, read once per hospital, found by staff number or by name."""

    def __init__(self) -> None:
        self.by_number: dict[int, dict[str, Person]] = {}
        self.by_name: dict[int, dict[str, list[Person]]] = {}
        self.by_stripped: dict[int, dict[str, list[str]]] = {}
        self.number_of: dict[int, str] = {}

    def read(self, employer: Organization) -> None:
        """Read the people of an employer: one statement."""
        if employer.pk in self.by_number:
            return
        numbers: dict[str, Person] = {}
        names: dict[str, list[Person]] = defaultdict(list)
        stripped: dict[str, list[str]] = defaultdict(list)
        rows = Employment.objects.filter(organization=employer, end_date=None).values_list(
            "staff_number", "person_id", "person__public_id", "person__name"
        )
        for number, key, public_id, name in rows:
            person = Person(pk=key, public_id=public_id, name=name)
            numbers[number] = person
            names[name].append(person)
            stripped[number.lstrip("0")].append(number)
            self.number_of[key] = number
        self.by_number[employer.pk], self.by_name[employer.pk] = numbers, names
        self.by_stripped[employer.pk] = stripped

    def number(self, employer: Organization, given: str) -> str:
        """Return the staff number meant: one kept as a number may have lost the zeros before it."""
        self.read(employer)
        if given in self.by_number[employer.pk] or not isinstance(given, FromNumber):
            return str(given)
        found = self.by_stripped[employer.pk].get(given.lstrip("0"), [])
        return found[0] if len(found) == 1 else str(given)

    def find(self, employer: Organization, number: str, name: str | None) -> Person | Fault:
        """Return who has a staff number, or what is wrong: unknown, or somebody of another name."""
        self.read(employer)
        person = self.by_number_of(employer, number)
        if person is None:
            return Fault(
                "staff_number", f"{employer.short_name}没有这个工号", "填名册里的工号，或先登记这个人"
            )
        if name and "".join(name.split()) != "".join(person.name.split()):
            return Fault(
                "name",
                f"工号 {self.number_of[person.pk]} 是{person.name}，与姓名不符",
                "核对工号和姓名，改正其中一个",
            )
        return person

    def by_number_of(self, employer: Organization, number: str) -> Person | None:
        return self.by_number.get(employer.pk, {}).get(self.number(employer, number)) if number else None

    def named(self, employer: Organization, word: str, column: str) -> Person | Fault:
        """Return who is meant by a staff number or a name."""
        self.read(employer)
        person = self.by_number_of(employer, word)
        if person is not None:
            return person
        found = self.by_name[employer.pk].get("".join(word.split()), [])
        if len(found) == 1:
            return found[0]
        if found:
            numbers = "、".join(self.number_of[one.pk] for one in found[:5])
            return Fault(column, f"有 {len(found)} 人叫“{word}”", f"改填工号：{numbers}")
        return Fault(column, f"{employer.short_name}没有这个人", "填名册里的工号或姓名")


class Departments:
    """The departments of hospitals by name, read once per hospital."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.known: dict[int, dict[str, Department]] = {}

    def of(self, hospital: Organization) -> dict[str, Department]:
        """Return the departments open today."""
        if hospital.pk not in self.known:
            rows = Department.objects.filter(hospital=hospital, end_date=None)
            self.known[hospital.pk] = {row.name: row for row in rows}
        return self.known[hospital.pk]


def first_fault(*found: object) -> list[Fault]:
    """Return the faults among what was found."""
    return [one for one in found if isinstance(one, Fault)]


def words_of(names: Sequence[str], most: int = 8) -> str:
    """Join names, saying when there are more."""
    return "、".join(names[:most]) + ("等" if len(names) > most else "")
