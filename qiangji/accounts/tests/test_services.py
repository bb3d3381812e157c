"""What is promised about accounts and complaints, service by service."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from qiangji.accounts import services
from qiangji.accounts.exceptions import AccountError
from qiangji.accounts.models import Complaint, User
from qiangji.audit.models import Event

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OLD, NEW = "maple-river-77", "cedar-harbor-88"


@pytest.fixture
def administrator() -> User:
    return services.create_account(username="admin01", name="管理员", password="x", by=None, at=AT)


@pytest.fixture
def clerk(administrator: User) -> User:
    return services.create_account(username="clerk01", name="沈青", password=OLD, by=administrator, at=AT)


def verbs(user: User) -> list[str]:
    rows = Event.objects.filter(object_type="account", object_id=user.public_id).order_by("sequence")
    return list(rows.values_list("verb", flat=True))


def test_a_new_account_has_to_replace_its_password(clerk: User) -> None:
    assert clerk.check_password(OLD)
    assert clerk.must_change_password
    assert verbs(clerk) == ["account.created"]


@pytest.mark.parametrize(
    ("username", "name", "message"),
    [
        ("CLERK01", "另一人", "已被使用"),
        ("", "某人", "用户名"),
        ("two words", "某人", "用户名"),
        ("clerk02", " ", "姓名"),
        ("clerk02", "长" * 41, "姓名"),
    ],
)
def test_an_account_that_does_not_fit_is_refused(
    clerk: User, administrator: User, username: str, name: str, message: str
) -> None:
    with pytest.raises(AccountError, match=message):
        services.create_account(username=username, name=name, password=OLD, by=administrator, at=AT)
    assert User.objects.count() == 2


def test_many_accounts_take_as_many_statements_as_one(django_assert_num_queries) -> None:
    specs = [services.NewAccount(username=f"u{n}", name="某人", password_hash="!") for n in range(20)]
    with django_assert_num_queries(5):
        services.create_accounts(accounts=specs, by=None, at=AT)
    assert User.objects.count() == Event.objects.count() == 20


def test_many_accounts_are_refused_when_one_name_is_taken(clerk: User) -> None:
    specs = [
        services.NewAccount(username=name, name="某人", password_hash="!") for name in ("new01", "clerk01")
    ]
    with pytest.raises(AccountError, match="clerk01"):
        services.create_accounts(accounts=specs, by=None, at=AT)
    with pytest.raises(AccountError, match="重复"):
        services.create_accounts(accounts=[specs[0], specs[0]], by=None, at=AT)
    assert not User.objects.filter(username="new01").exists()


def test_changing_the_own_password(clerk: User) -> None:
    services.change_own_password(user=clerk, old=OLD, new=NEW, at=AT)
    clerk.refresh_from_db()
    assert clerk.check_password(NEW)
    assert not clerk.must_change_password
    assert verbs(clerk)[-1] == "account.password_changed"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("wrong", NEW, "原密码"), (OLD, OLD, "相同"), (OLD, "short", "10"), (OLD, "20260301123456", "数字")],
)
def test_a_password_that_does_not_fit_is_refused(clerk: User, old: str, new: str, message: str) -> None:
    with pytest.raises(AccountError, match=message):
        services.change_own_password(user=clerk, old=old, new=new, at=AT)
    clerk.refresh_from_db()
    assert clerk.check_password(OLD)


def test_no_password_reaches_the_log(clerk: User, administrator: User) -> None:
    services.change_own_password(user=clerk, old=OLD, new=NEW, at=AT)
    services.reset_password(user=clerk, password="plain-secret-1", by=administrator, at=AT)
    told = "".join(Event.objects.values_list("data", flat=True))
    assert not any(secret in told for secret in (OLD, NEW, "plain-secret-1"))


def test_a_reset_password_has_to_be_replaced_again(clerk: User, administrator: User) -> None:
    services.change_own_password(user=clerk, old=OLD, new=NEW, at=AT)
    services.reset_password(user=clerk, password=OLD, by=administrator, at=AT)
    clerk.refresh_from_db()
    assert clerk.check_password(OLD)
    assert clerk.must_change_password


def test_nobody_resets_or_closes_the_own_account(administrator: User) -> None:
    with pytest.raises(AccountError, match="自己的密码"):
        services.reset_password(user=administrator, password=NEW, by=administrator, at=AT)
    with pytest.raises(AccountError, match="自己的账号"):
        services.deactivate_account(user=administrator, reason="调离", by=administrator, at=AT)


def test_a_closed_account_has_no_password_and_comes_back_with_a_new_one(
    clerk: User, administrator: User
) -> None:
    services.deactivate_account(user=clerk, reason="调离", by=administrator, at=AT)
    clerk.refresh_from_db()
    assert not clerk.is_active
    assert not clerk.has_usable_password()
    services.reactivate_account(user=clerk, password=NEW, by=administrator, at=AT)
    clerk.refresh_from_db()
    assert clerk.is_active
    assert clerk.check_password(NEW)
    assert clerk.must_change_password
    assert verbs(clerk) == ["account.created", "account.deactivated", "account.reactivated"]


def test_what_makes_no_sense_is_refused(clerk: User, administrator: User) -> None:
    with pytest.raises(AccountError, match="原因"):
        services.deactivate_account(user=clerk, reason=" ", by=administrator, at=AT)
    with pytest.raises(AccountError, match="没有停用"):
        services.reactivate_account(user=clerk, password=NEW, by=administrator, at=AT)
    services.deactivate_account(user=clerk, reason="调离", by=administrator, at=AT)
    with pytest.raises(AccountError, match="已经停用"):
        services.deactivate_account(user=clerk, reason="调离", by=administrator, at=AT)
    with pytest.raises(AccountError, match="启用时"):
        services.reset_password(user=clerk, password=NEW, by=administrator, at=AT)


def test_a_complaint_is_answered_once_by_another(clerk: User, administrator: User) -> None:
    complaint = services.file_complaint(text=" 重复填报 ", page="/x/", by=clerk, at=AT)
    with pytest.raises(AccountError, match="自己提出"):
        services.answer_complaint(complaint=complaint, answer="好", by=clerk, at=AT)
    with pytest.raises(AccountError, match="写下答复"):
        services.answer_complaint(complaint=complaint, answer=" ", by=administrator, at=AT)
    later = AT + timedelta(days=1)
    answered = services.answer_complaint(complaint=complaint, answer="已合并", by=administrator, at=later)
    assert (answered.text, answered.answer, answered.answered_at) == ("重复填报", "已合并", later)
    with pytest.raises(AccountError, match="不再改动"):
        services.answer_complaint(complaint=complaint, answer="再答", by=administrator, at=later)
    assert list(Event.objects.filter(object_type="complaint").values_list("verb", flat=True)) == [
        "complaint.filed",
        "complaint.answered",
    ]


@pytest.mark.parametrize(("text", "message"), [("  ", "写下"), ("长" * 2001, "2000")])
def test_a_complaint_says_something_and_not_too_much(clerk: User, text: str, message: str) -> None:
    with pytest.raises(AccountError, match=message):
        services.file_complaint(text=text, page="", by=clerk, at=AT)
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"answer": "有答复没有人"}, {"answered_at": AT}],
    ids=["no text", "answer without who and when", "when without answer"],
)
def test_the_database_refuses_half_a_complaint(clerk: User, wrong: dict) -> None:
    fields = {"author": clerk, "text": "内容", "filed_at": AT} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.create(**fields)
