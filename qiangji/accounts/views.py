"""Pages about one's own account: sign in and out, replace the password, say what one dislikes."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from qiangji.accounts import services, throttling
from qiangji.accounts.exceptions import AccountError, WrongPassword
from qiangji.accounts.forms import ComplaintForm, PasswordForm, SignInForm
from qiangji.accounts.requests import signed_in_user
from qiangji.lib.sent import page_before

PER_PAGE = 25

sign_in = views.LoginView.as_view(
    template_name="accounts/sign_in.html",
    authentication_form=SignInForm,
    redirect_authenticated_user=True,
    extra_context={"failure_limit": settings.AXES_FAILURE_LIMIT},
)
sign_out = views.LogoutView.as_view()


@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Replace one's own password; the only page besides signing out while a handed-out password stands."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and throttling.is_locked(request):
        form.add_error(None, throttling.LOCKED)
    elif request.method == "POST" and form.is_valid():
        first = signed_in_user(request).must_change_password
        try:
            user = services.change_own_password(
                user=signed_in_user(request),
                old=form.cleaned_data["old"],
                new=form.cleaned_data["new"],
                at=timezone.now(),
            )
        except WrongPassword as error:
            form.add_error(None, f"{error}{throttling.count_failure(request)}")
        except AccountError as error:
            form.add_error(None, str(error))
        else:
            throttling.forget_failures(request)
            update_session_auth_hash(request, user)
            messages.success(request, "密码已修改，其他设备上的登录已退出。")
            return redirect("web:workbench" if first else "accounts:profile")
    return render(request, "accounts/change_password.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """File a complaint, and read the answers to one's own."""
    form = ComplaintForm(request.POST or None, initial={"page": page_complained_of(request)})
    if request.method == "POST" and form.is_valid():
        try:
            services.file_complaint(
                text=form.cleaned_data["text"],
                page=form.cleaned_data["page"],
                by=signed_in_user(request),
                at=timezone.now(),
            )
        except AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "意见已提交。答复后会显示在本页下方。")
            return redirect("accounts:complain")
    own = signed_in_user(request).complaints.select_related("answered_by")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/complain.html", {"form": form, "page_obj": page})


def page_complained_of(request: HttpRequest) -> str:
    """Return the path of the page from which one came, where it is another of ours."""
    path = urlsplit(page_before(request)).path
    return path if path != request.path else ""
