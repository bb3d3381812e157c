"""Two rounds at the same moment, as when a timer and a person start one: everybody is told once."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection

from qiangji.duties.models import Mailing, Reminder
from qiangji.duties.services.mailings import Round, send_mailings
from qiangji.ledgers.tests.factories import make_record
from qiangji.orgs.tests.factories import cast, make_role, make_user

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
PERSONS = 5

pytestmark = pytest.mark.slow


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_tell_everybody_once() -> None:
    people = cast()
    make_record(people.surgery, date=date(2026, 10, 12), state="draft")
    for number in range(PERSONS):
        user = make_user()
        make_role(user, people.surgery, "branch_delegate")
        Reminder.objects.create(
            owner=user, address=f"a{number}@hospital.example", frequency="daily", confirmed_at=AT
        )
    barrier = Barrier(2)
    outcomes: list[Round | Exception] = []

    def work() -> None:
        try:
            barrier.wait()
            outcomes.append(send_mailings(at=AT))
        except Exception as error:  # a thread's error must reach the test
            outcomes.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(one) for one in outcomes] == [Round, Round]
    assert sum(one.sent for one in outcomes) == sum(one.already for one in outcomes) == PERSONS
    assert sorted(to for message in mail.outbox for to in message.to) == [
        f"a{number}@hospital.example" for number in range(PERSONS)
    ]
    assert Mailing.objects.filter(state="sent").count() == PERSONS
