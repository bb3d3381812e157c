"""What people do to accounts and complaints: the only writer of these tables.

A session is bound to the password's hash, so whatever changes the password also ends every session of the account.
Deactivation therefore takes the password away, and reactivation hands out a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from axes.utils import reset as lift_locks
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from qiangji.accounts.exceptions import AccountError, WrongPassword
from qiangji.accounts.models import Complaint, User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.typed import typed_line, typed_words

OBJECT = "account"
BATCH = 1000


@dataclass(frozen=True)
class NewAccount:
    """An account to be made among many; ``password_hash`` is made by the caller, once for those that share one."""

    username: str
    name: str
    password_hash: str
    must_change_password: bool = True
    public_id: UUID = field(default_factory=uuid4)


@transaction.atomic
def create_account(*, username: str, name: str, password: str, by: User | None, at: datetime) -> User:
    """Create an account with an initial password that its owner has to replace at first sign-in.

    Refuses (AccountError) a username in use, also in another spelling, and one or a name that is empty or not valid.
    """
    username = User.normalize_username(username.strip())
    user = User(username=username, name=name.strip(), date_joined=at, must_change_password=True)
    if User.objects.filter(username__iexact=username).exists():
        raise AccountError(f"用户名“{username}”已被使用（不区分大小写），请换一个。")
    user.password = make_password(password)
    check_fields(user)
    user.save(force_insert=True)
    note("account.created", user, {"username": username}, by=by, at=at)
    return user


@transaction.atomic
def create_accounts(*, accounts: Sequence[NewAccount], by: User | None, at: datetime) -> list[User]:
    """Create many accounts in two statements. Refuses (AccountError) usernames that are given twice or in use."""
    names = {account.username for account in accounts}
    if len(names) != len(accounts):
        raise AccountError("用户名有重复，请逐一检查。")
    for start in range(0, len(accounts), BATCH):
        batch = [account.username for account in accounts[start : start + BATCH]]
        used = User.objects.filter(username__in=batch).values_list("username", flat=True).first()
        if used is not None:
            raise AccountError(f"用户名“{used}”已被使用，请换一个。")
    users = User.objects.bulk_create(
        [
            User(
                public_id=account.public_id,
                username=account.username,
                name=account.name,
                password=account.password_hash,
                must_change_password=account.must_change_password,
                date_joined=at,
            )
            for account in accounts
        ],
        batch_size=BATCH,
    )
    Event.objects.bulk_create(
        [
            event(
                verb="account.created",
                obj_type=OBJECT,
                obj_id=user.public_id,
                data={"username": user.username},
                by=by,
                at=at,
                sequence=1,
            )
            for user in users
        ],
        batch_size=BATCH,
    )
    return users


@transaction.atomic
def reset_password(*, user: User, password: str, by: User, at: datetime) -> User:
    """Give an account a new initial password; its sessions end and a lock for failed sign-ins is lifted.

    Refuses (AccountError) one's own account and an inactive one.
    """
    row = locked(user)
    refuse_own(row, by, "重置自己的密码，请用“修改密码”")
    if not row.is_active:
        raise AccountError(f"账号 {row.username} 已停用；启用时会同时发放新的初始密码。")
    hand_out_password(row, password)
    note("account.password_reset", row, {}, by=by, at=at)
    return row


@transaction.atomic
def change_own_password(*, user: User, old: str, new: str, at: datetime) -> User:
    """Replace one's own password; other sessions of the account end.

    Refuses (AccountError) a wrong old password (WrongPassword, for the caller to count), an unchanged one, and what Django's validators find too weak.
    """
    row = locked(user)
    if not row.check_password(old):
        raise WrongPassword("原密码不对，请重新输入。")
    if old == new:
        raise AccountError("新密码不能与原密码相同。")
    try:
        validate_password(new, row)
    except ValidationError as error:
        raise AccountError("".join(error.messages)) from error
    row.set_password(new)
    row.must_change_password = False
    row.save(update_fields=["password", "must_change_password"])
    note("account.password_changed", row, {}, by=row, at=at)
    return row


@transaction.atomic
def deactivate_account(*, user: User, reason: str, by: User, at: datetime) -> User:
    """Close an account: it cannot sign in and its sessions end. Its roles stay recorded and come back with it.

    Refuses (AccountError) one's own account, an inactive one, and an empty reason.
    """
    row = locked(user)
    refuse_own(row, by, "停用自己的账号，请由另一位系统管理员办理")
    if not row.is_active:
        raise AccountError(f"账号 {row.username} 已经停用。")
    reason = typed_line(reason)
    if not reason:
        raise AccountError("请写明停用原因。")
    row.is_active = False
    row.set_unusable_password()
    row.save(update_fields=["is_active", "password"])
    note("account.deactivated", row, {"reason": reason}, by=by, at=at)
    return row


@transaction.atomic
def reactivate_account(*, user: User, password: str, by: User, at: datetime) -> User:
    """Open a closed account again with a new initial password. Refuses (AccountError) an active one."""
    row = locked(user)
    if row.is_active:
        raise AccountError(f"账号 {row.username} 没有停用。")
    row.is_active = True
    hand_out_password(row, password)
    note("account.reactivated", row, {}, by=by, at=at)
    return row


@transaction.atomic
def file_complaint(*, text: str, page: str, by: User, at: datetime) -> Complaint:
    """File what somebody dislikes 意见与投诉. Refuses (AccountError) an empty or overlong text."""
    limit = Complaint._meta.get_field("text").max_length or 0
    words = typed_words(text)
    if not words:
        raise AccountError("请写下您的意见。")
    if len(words) > limit:
        raise AccountError(f"意见最多 {limit} 字，现有 {len(words)} 字，请精简。")
    complaint = Complaint.objects.create(author=by, text=words, page=page.strip()[:300], filed_at=at)
    record(
        verb="complaint.filed",
        obj_type="complaint",
        obj_id=complaint.public_id,
        data={},
        by=by,
        at=at,
        sequence=1,
    )
    return complaint


@transaction.atomic
def answer_complaint(*, complaint: Complaint, answer: str, by: User, at: datetime) -> Complaint:
    """Answer a complaint, once. Refuses (AccountError) an answered one, one's own, and an empty answer."""
    row = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if row.answered_at is not None:
        raise AccountError("这条意见已经答复，答复不再改动。")
    if row.author_id == by.pk:
        raise AccountError("不能答复自己提出的意见，请由另一位系统管理员答复。")
    words = typed_words(answer)
    if not words:
        raise AccountError("请写下答复。")
    row.answer, row.answered_by, row.answered_at = words, by, at
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    record(verb="complaint.answered", obj_type="complaint", obj_id=row.public_id, data={}, by=by, at=at)
    return row


def locked(user: User) -> User:
    """Return the row of an account, locked for this transaction."""
    return User.objects.select_for_update().get(pk=user.pk)


def refuse_own(user: User, by: User, what: str) -> None:
    """Refuse what an administrator must not do to the own account."""
    if user.pk == by.pk:
        raise AccountError(f"不能{what}。")


def hand_out_password(user: User, password: str) -> None:
    """Set an initial password that has to be replaced, and lift a lock for failed sign-ins."""
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password", "is_active"])
    lift_locks(username=user.username)


def check_fields(user: User) -> None:
    """Refuse a username or name that the model's validators refuse, naming the field."""
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        told = [
            f"{User._meta.get_field(name).verbose_name}：{'、'.join(messages)}"  # type: ignore[union-attr]
            for name, messages in error.message_dict.items()
        ]
        raise AccountError("；".join(told)) from error


def note(verb: str, user: User, data: dict[str, str], *, by: User | None, at: datetime) -> None:
    """Write an audit event about an account; passwords are never part of it."""
    record(verb=verb, obj_type=OBJECT, obj_id=user.public_id, data=data, by=by, at=at)
