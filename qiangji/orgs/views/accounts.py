"""Pages about accounts that need the tree: one's own seats, and the accounts below the nodes one administers."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_tables2 import RequestConfig

from qiangji.accounts import services
from qiangji.accounts.exceptions import AccountError
from qiangji.accounts.models import User
from qiangji.accounts.passwords import readable_password
from qiangji.accounts.requests import signed_in_user
from qiangji.orgs import selectors
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.filters import AccountFilter
from qiangji.orgs.forms import AccountForm, DeactivateForm, PlaceForm
from qiangji.orgs.models import RoleAssignment
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.services import hand_out_account
from qiangji.orgs.tables import AccountTable
from qiangji.orgs.views.access import manages, refusal, require, visible_organization
from qiangji.orgs.views.changes import selectable

PER_PAGE = 50
PRESENT_FIRST = F("end_date").desc(nulls_first=True)


@login_required
@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own account and seats, and the way to what one administers."""
    reach = request_reach(request)
    seats = (
        signed_in_user(request)
        .role_assignments.select_related("organization")
        .order_by(PRESENT_FIRST, "-start_date")
    )
    return render(
        request,
        "orgs/profile.html",
        {
            "own_seats": seats,
            "may_manage_accounts": reach.may_somewhere(Permission.MANAGE_ACCOUNTS),
            "may_see_complaints": reach.may_somewhere(Permission.SEE_COMPLAINTS),
        },
    )


def require_somewhere(request: HttpRequest, permission: Permission) -> None:
    """Refuse (PermissionDenied) who administers nothing of this sort anywhere."""
    if not request_reach(request).may_somewhere(permission):
        who = "、".join(roles_that(permission, own=False))
        raise PermissionDenied(f"{permission}：请由{who}办理。")


def administered_account(request: HttpRequest, public_id: UUID) -> User:
    """Return an account this person administers: 404 out of reach, PermissionDenied for who may not administer it."""
    reach = request_reach(request)
    account = get_object_or_404(selectors.accounts_in_reach(reach), public_id=public_id)
    if not selectors.accounts_administered_by(reach).filter(pk=account.pk).exists():
        raise refusal(Permission.MANAGE_ACCOUNTS, f"{account.name}所在组织或其上级")
    return account


@login_required
@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """List the accounts below the nodes that this person administers."""
    present = (
        RoleAssignment.objects.filter(end_date=None).select_related("organization").order_by("start_date")
    )
    require_somewhere(request, Permission.MANAGE_ACCOUNTS)
    rows = selectors.accounts_administered_by(request_reach(request)).prefetch_related(
        Prefetch("role_assignments", queryset=present, to_attr="present_seats")
    )
    filtered = AccountFilter(request.GET, queryset=rows)
    table = AccountTable(filtered.qs)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    return render(request, "orgs/account_list.html", {"filter": filtered, "table": table})


@login_required
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Ask where the holder of a new account sits."""
    require_somewhere(request, Permission.MANAGE_ACCOUNTS)
    form = PlaceForm(request.POST or None, among=selectable(request))
    if request.method == "POST" and form.is_valid():
        return redirect("accounts:create", form.cleaned_data["organization"].public_id)
    words = {"title": "新建账号：选择所在组织", "verb": "下一步"}
    return render(request, "orgs/form.html", {"form": form, "words": words})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hand out an account with a role at this node; its initial password is on the answering page and nowhere else."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    require(reach, Permission.MANAGE_ACCOUNTS, organization)
    form = AccountForm(request.POST or None, organization=organization, initial={"start_date": reach.day})
    if request.method == "POST" and form.is_valid():
        password = readable_password()
        try:
            user = hand_out_account(
                **form.cleaned_data,
                password=password,
                organization=organization,
                by=signed_in_user(request),
                at=moment_of(request),
            )
        except (AccountError, OrganizationError) as error:
            form.add_error(None, str(error))
        else:
            return password_page(request, user, password)
    words = {"title": "新建账号", "verb": "建立账号"}
    return render(request, "orgs/form.html", {"organization": organization, "form": form, "words": words})


def password_page(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """Show an initial password, once: it is stored nowhere in the clear."""
    return render(request, "orgs/initial_password.html", {"account": user, "password": password})


@login_required
@require_GET
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one account with its present and former seats."""
    account = administered_account(request, public_id)
    reach = request_reach(request)
    seats = account.role_assignments.select_related("organization").order_by(PRESENT_FIRST, "-start_date")
    rows = [(seat, manages(reach, Permission.MANAGE_ACCOUNTS, seat.organization)) for seat in seats]
    return render(
        request,
        "orgs/account_detail.html",
        {"account": account, "rows": rows, "bar": bar_to_managing(request, account)},
    )


def bar_to_managing(request: HttpRequest, account: User) -> str:
    """Return why this administrator may not manage an account that is in sight; empty where nothing bars it.

    Whoever resets a password could sign in with it, so all the account's seats must lie below the administrator.
    """
    if account.is_superuser:
        return "该账号是系统维护账号，只能由服务器管理员在命令行管理。"
    beyond = selectors.seats_beyond(account, request_reach(request)).first()
    if beyond is not None:
        return (
            f"该账号在“{beyond.organization.short_name}”也有岗位，请由同时管理这些组织的上级系统管理员办理。"
        )
    return ""


def managed_account(request: HttpRequest, public_id: UUID) -> User:
    """Return an account that this person may change; PermissionDenied where something bars it."""
    account = administered_account(request, public_id)
    bar = bar_to_managing(request, account)
    if bar:
        raise PermissionDenied(f"{Permission.MANAGE_ACCOUNTS}：{bar}")
    return account


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give an account a new initial password, after a question; the answering page shows it once."""
    account = managed_account(request, public_id)
    words = {
        "title": "重置密码",
        "about": "将发放新的初始密码，该账号已有的登录全部退出，登录锁定同时解除。",
        "verb": "重置密码",
    }
    if request.method == "POST":
        password = readable_password()
        try:
            services.reset_password(
                user=account, password=password, by=signed_in_user(request), at=moment_of(request)
            )
        except AccountError as error:
            messages.error(request, str(error))
            return redirect("accounts:detail", account.public_id)
        return password_page(request, account, password)
    return render(request, "orgs/account_question.html", {"account": account, "words": words})


@login_required
@require_http_methods(["GET", "POST"])
def deactivate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close an account, with a reason."""
    account = managed_account(request, public_id)
    form = DeactivateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.deactivate_account(
                user=account, **form.cleaned_data, by=signed_in_user(request), at=moment_of(request)
            )
        except AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"账号 {account.username} 已停用，已有的登录全部退出。")
            return redirect("accounts:detail", account.public_id)
    words = {"title": "停用账号", "about": "停用后不能登录；填报和评分的历史保留。", "verb": "停用"}
    return render(request, "orgs/account_question.html", {"account": account, "form": form, "words": words})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reactivate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a closed account again, after a question; the answering page shows its new initial password once."""
    account = managed_account(request, public_id)
    words = {"title": "启用账号", "about": "启用后恢复未结束的岗位，并发放新的初始密码。", "verb": "启用"}
    if request.method == "POST":
        password = readable_password()
        try:
            services.reactivate_account(
                user=account, password=password, by=signed_in_user(request), at=moment_of(request)
            )
        except AccountError as error:
            messages.error(request, str(error))
            return redirect("accounts:detail", account.public_id)
        return password_page(request, account, password)
    return render(request, "orgs/account_question.html", {"account": account, "words": words})
