"""Heart talks: one tick for two people and a day, on one matrix."""

from datetime import UTC, date, datetime

import pytest

from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import HeartTalk
from qiangji.ledgers.selectors import tick_matrix
from qiangji.ledgers.services.talks import TalkInput, tick_talk, tick_talks, untick_talk
from qiangji.ledgers.tests.factories import make_declaration
from qiangji.members.models import Person
from qiangji.members.tests.factories import make_person, make_post, make_tenure
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast

AT = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 12)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Cast:
    return cast()


def committee(hospital: Organization, names: str = "甲乙丙") -> list[Person]:
    people = [make_person(name) for name in names]
    for person in people:
        make_tenure(make_post(hospital), person)
    return people


def test_a_talk_is_ticked_once_for_both_whoever_is_named_first(small: Cast) -> None:
    one, other, third = committee(small.hospital_a)
    given = {"organization": small.hospital_a, "date": DAY, "by": small.party_office, "at": AT}
    first = tick_talk(first=other, second=one, **given)
    assert tick_talk(first=one, second=other, **given) == first
    matrix = tick_matrix(small.hospital_a, 2026)
    assert (matrix.pairs, matrix.ticked) == (3, 1)
    assert matrix.talks(other, one) == [first]
    assert matrix.missing == [(one, third), (other, third)]


def test_an_unticked_talk_is_gone_from_the_matrix_and_kept_in_the_table(small: Cast) -> None:
    one, other = committee(small.hospital_a, "甲乙")
    given = {"organization": small.hospital_a, "date": DAY, "by": small.party_office, "at": AT}
    talk = tick_talk(first=one, second=other, **given)
    untick_talk(talk=talk, by=small.party_office, at=AT)
    assert tick_matrix(small.hospital_a, 2026).ticked == 0
    assert HeartTalk.objects.count() == 1
    with pytest.raises(LedgersError, match="已经撤回"):
        untick_talk(talk=talk, by=small.party_office, at=AT)


def test_a_talk_takes_back_the_nil_statement(small: Cast) -> None:
    one, other = committee(small.hospital_a, "甲乙")
    declaration = make_declaration(small.hospital_a, "heart_talk", is_nil=True)
    tick_talk(organization=small.hospital_a, first=one, second=other, date=DAY, by=small.party_office, at=AT)
    declaration.refresh_from_db()
    assert declaration.withdrawn_at == AT


def test_what_cannot_be_ticked(small: Cast) -> None:
    one, other = committee(small.hospital_a, "甲乙")
    given = {"organization": small.hospital_a, "by": small.party_office, "at": AT}
    with pytest.raises(LedgersError, match="两个人之间"):
        tick_talk(first=one, second=one, date=DAY, **given)
    with pytest.raises(LedgersError, match="还没有到"):
        tick_talk(first=one, second=other, date=date(2026, 7, 3), **given)
    with pytest.raises(LedgersError, match="丁在 2026-06-12 不是"):
        tick_talk(first=one, second=make_person("丁"), date=DAY, **given)
    with pytest.raises(LedgersError, match="2019-06-12 不是"):
        tick_talk(first=one, second=other, date=date(2019, 6, 12), **given)


@pytest.mark.parametrize("names", ["甲乙", "甲乙丙丁"])
def test_the_statements_of_many_talks_do_not_grow(small: Cast, names: str, django_assert_num_queries) -> None:
    people = committee(small.hospital_a, names)
    rows = [TalkInput(small.hospital_a, people[0], other, DAY) for other in people[1:]]
    with django_assert_num_queries(9):
        tick_talks(rows=rows, by=small.party_office, at=AT)
