"""Prepared reads give what their querysets give, whatever was read before."""

from datetime import UTC, date, datetime
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle
from qiangji.lib.prepared import Prepared, PreparedInsert, PreparedUpdate

pytestmark = pytest.mark.django_db


@pytest.fixture
def users() -> list[User]:
    """Three accounts that joined on three days."""
    return [
        User.objects.create(
            username=f"u{day}", name=f"第{day}人", date_joined=datetime(2026, 1, day, tzinfo=UTC)
        )
        for day in (1, 2, 3)
    ]


def test_gives_the_rows_of_each_value_in_turn(users: list[User]) -> None:
    by_id = Prepared(lambda public_id: User.objects.filter(public_id=public_id), public_id=UUID)
    for user in [*users, users[0]]:
        assert by_id(public_id=user.public_id) == [user]
    assert by_id(public_id=uuid4()) == []


def test_values_come_back_as_the_model_has_them(users: list[User]) -> None:
    read = Prepared(lambda pk: User.objects.filter(pk=pk).values_list("public_id", "date_joined"), pk=int)
    assert read(pk=users[1].pk) == [(users[1].public_id, datetime(2026, 1, 2, tzinfo=UTC))]


def test_conditions_may_stand_deep_and_twice(users: list[User]) -> None:
    read = Prepared(
        lambda day, name: User.objects.filter(
            Q(date_joined__gt=day) | Q(last_login__gt=day, username=name)
        ).order_by("pk"),
        day=datetime,
        name=str,
    )
    assert read(day=datetime(2026, 1, 1, 12, tzinfo=UTC), name="u1") == users[1:]
    User.objects.filter(pk=users[0].pk).update(last_login=datetime(2026, 5, 1, tzinfo=UTC))
    assert read(day=datetime(2026, 4, 1, tzinfo=UTC), name="u1") == users[:1]
    assert read(day=datetime(2026, 4, 1, tzinfo=UTC), name="u2") == []


def test_values_are_found_in_what_is_computed_and_in_subqueries_too(users: list[User]) -> None:
    read = Prepared(
        lambda day, name: (
            User.objects.filter(
                pk__in=User.objects.filter(date_joined__gt=day).order_by("-date_joined").values("pk")[:1]
            )
            .annotate(
                other=Subquery(User.objects.filter(username=name).values("name")[:1]),
                is_known=Exists(User.objects.filter(username=name, pk__lt=OuterRef("pk"))),
                joined=Case(When(username=name, then=Value("同一人")), default=Value("另一人")),
            )
            .values_list("username", "other", "is_known", "joined")
        ),
        day=datetime,
        name=str,
    )
    assert read(day=datetime(2026, 1, 1, 12, tzinfo=UTC), name="u1") == [("u3", "第1人", True, "另一人")]
    assert read(day=datetime(2026, 1, 1, 12, tzinfo=UTC), name="u3") == [("u3", "第3人", False, "同一人")]
    assert read(day=datetime(2026, 1, 3, 12, tzinfo=UTC), name="u3") == []


def test_a_small_number_is_compared_wherever_it_stands() -> None:
    """A database with small columns would drop a comparison with a number that none of their rows can have."""
    read = Prepared(lambda year: Cycle.objects.filter(Q(year__lt=year) | Q(year=year, title="x")), year=int)
    assert read(year=2026) == []
    assert read.compiled is not None
    assert len(read.compiled.slots["year"].places) == 2


def test_refuses_a_value_that_the_statement_does_not_contain() -> None:
    read = Prepared(lambda name: User.objects.filter(Q(pk__in=[], name=name) | Q(name="x")), name=str)
    with pytest.raises(ValueError, match="name"):
        read(name="x")


def test_a_date_is_taken_as_a_date(users: list[User]) -> None:
    read = Prepared(
        lambda name, day: User.objects.filter(username=name, date_joined__date__gte=day), name=str, day=date
    )
    assert read(name="u2", day=date(2026, 1, 2)) == users[1:2]
    assert read(name="u2", day=date(2026, 1, 3)) == []


def test_each_call_is_one_statement(users: list[User], django_assert_num_queries) -> None:
    read = Prepared(lambda pk: User.objects.filter(pk=pk), pk=int)
    with django_assert_num_queries(2):
        assert read(pk=users[0].pk) == users[:1]
        assert read(pk=users[1].pk) == users[1:2]


@pytest.mark.parametrize("values", [{}, {"pk": None}, {"pk": 1, "name": "x"}])
def test_refuses_values_it_was_not_made_for(values: dict[str, object]) -> None:
    read = Prepared(lambda pk: User.objects.filter(pk=pk), pk=int)
    with pytest.raises(TypeError, match="pk"):
        read(**values)


def test_refuses_a_value_that_nothing_is_compared_with() -> None:
    with pytest.raises(ValueError, match="name"):
        Prepared(lambda pk, name: User.objects.filter(pk=pk), pk=int, name=str)(pk=1, name="x")


@pytest.mark.django_db(transaction=True)
def test_threads_read_on_their_own_connections(users: list[User]) -> None:
    read = Prepared(lambda pk: User.objects.filter(pk=pk), pk=int)
    found: dict[int, list[str]] = {}

    def work(user: User) -> None:
        found[user.pk] = [read(pk=user.pk)[0].name for _ in range(20)]
        connection.close()

    threads = [Thread(target=work, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {user.pk: [user.name] * 20 for user in users}


def test_update_writes_and_says_how_many_rows_it_found(users: list[User]) -> None:
    change = PreparedUpdate(
        lambda pk, seen: User.objects.filter(pk=pk, name=seen),
        sets={"name": str, "last_login": datetime},
        pk=int,
        seen=str,
    )
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    assert change({"name": "甲", "last_login": moment}, pk=users[0].pk, seen="第1人") == 1
    assert change({"name": "乙", "last_login": None}, pk=users[0].pk, seen="第1人") == 0
    assert change({"name": "丙", "last_login": None}, pk=users[1].pk, seen="第2人") == 1
    assert list(User.objects.order_by("pk").values_list("name", "last_login")) == [
        ("甲", moment),
        ("丙", None),
        ("第3人", None),
    ]


def test_insert_adds_one_row_each_time_as_the_model_would() -> None:
    add = PreparedInsert(User)
    rows = [User(username=f"n{number}", name=f"新{number}") for number in range(3)]
    for row in rows:
        add(row)
    assert [(user.username, user.public_id, user.email) for user in User.objects.order_by("pk")] == [
        (row.username, row.public_id, "") for row in rows
    ]
    assert User.objects.filter(pk=rows[2].pk, username="n2").exists()
    rows[2].name = "改名"
    rows[2].save()
    with pytest.raises(IntegrityError), transaction.atomic():
        add(User(username="n1", name="重名"))
    assert User.objects.count() == 3
