"""Writing promises, their commitments and what came of them: police and city, in their own districts."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise as LazyWords
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buildings.access import scope, staff_page
from buildings.models import Organisation, User
from watch.models import Commitment, FollowUp, Promise, Situation
from watch.track.promises import access, services
from watch.track.promises.access import WRITERS
from watch.track.promises.forms import CommitmentForm, FollowUpForm, PromiseForm, SituationForm, WithdrawForm
from watch.track.promises.progress import progress_of
from watch.track.promises.services import PromiseError

A_PAGE = 25
GET_OR_POST = ["GET", "HEAD", "POST"]
WHY_NOT: dict[str, LazyWords] = {
    "changed": gettext_lazy("A colleague has changed it since you opened this page. Nothing was saved; read it anew."),
    "empty": gettext_lazy("Write at least one commitment first."),
    "outside": gettext_lazy("That day is outside the promise's time, or has not come yet."),
    "late": gettext_lazy("It has been corrected, published or withdrawn meanwhile. Look at it as it is now."),
}


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _mine(request: HttpRequest) -> Organisation:
    return cast("Organisation", scope(request.user).organisation)


@never_cache
@require_safe
@staff_page(*WRITERS)
def work(request: HttpRequest) -> HttpResponse:
    """The promises of one's districts, drafts too, and the situation pictures."""
    page = Paginator(access.written(_user(request)), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "situations": access.situations(_user(request))[:A_PAGE]}
    return render(request, "track/promise_work.html", context)


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*WRITERS)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a promise."""
    return _edit(request, Promise())


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*WRITERS, of=access.promise)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a promise's words, time and places."""
    return _edit(request, access.promise(_user(request), pk))


def _edit(request: HttpRequest, promise: Promise) -> HttpResponse:
    form = PromiseForm(request.POST if request.method == "POST" else None, user=_user(request), promise=promise)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        seen = request.POST.get("seen", "")
        try:
            saved = services.save_promise(
                promise=form.filled(),
                words=form.clean_words(),
                districts=list(data["districts"]),
                organisations=list(data["organisations"]),
                seen=int(seen) if seen.isdecimal() else 0,
                why=data.get("why_changed", ""),
            )
        except PromiseError as error:
            form.add_error(None, str(WHY_NOT[error.code]))
        else:
            messages.success(request, _("Saved."))
            return redirect("track:promise_work_on", saved.pk)
    return render(request, "track/promise_edit.html", {"form": form, "promise": promise})


@never_cache
@require_safe
@staff_page(*WRITERS, of=access.promise)
def work_on(request: HttpRequest, pk: int) -> HttpResponse:
    """A promise with all its commitments and follow-ups, drafts too."""
    promise = access.promise(_user(request), pk)
    entered = FollowUp.objects.filter(commitment__promise=promise, corrected_by=None)
    entered = entered.select_related("commitment", "district", "organisation", "corrects")
    page = Paginator(entered, A_PAGE).get_page(request.GET.get("page"))
    context = {"promise": promise, "rows": progress_of(promise, in_public=False), "page": page}
    return render(request, "track/promise_work_on.html", context)


@require_POST
@staff_page(*WRITERS, of=access.promise)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let everyone read it."""
    promise = access.promise(_user(request), pk)
    try:
        services.publish(promise=promise)
    except PromiseError as error:
        messages.error(request, str(WHY_NOT[error.code]))
    else:
        messages.success(request, _("Everyone can read it now."))
    return redirect("track:promise_work_on", pk)


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*WRITERS, of=access.promise)
def commitment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more thing promised."""
    promise = access.promise(_user(request), pk)
    last = promise.commitments.order_by("-number").first()
    return _commitment(request, Commitment(promise=promise, number=last.number + 1 if last else 1))


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*WRITERS, of=access.commitment)
def commitment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is promised; on a published promise what it said before is kept beside it."""
    return _commitment(request, access.commitment(_user(request), pk))


def _commitment(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    form = CommitmentForm(request.POST if request.method == "POST" else None, commitment=commitment)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.save_commitment(
                commitment=form.filled(),
                words=form.clean_words(),
                organisations=list(data["organisations"]),
                targets=form.targets(),
                why=data.get("why_changed", ""),
            )
        except PromiseError as error:
            form.add_error(None, str(WHY_NOT[error.code]))
        else:
            messages.success(request, _("Saved."))
            return redirect("track:promise_work_on", commitment.promise_id)
    context = {"form": form, "commitment": commitment, "promise": commitment.promise, "withdraw": WithdrawForm()}
    return render(request, "track/commitment.html", context)


@require_POST
@staff_page(*WRITERS, of=access.commitment)
def commitment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a commitment away, with a reason."""
    commitment = access.commitment(_user(request), pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        context = {
            "form": CommitmentForm(commitment=commitment),
            "commitment": commitment,
            "promise": commitment.promise,
            "withdraw": form,
        }
        return render(request, "track/commitment.html", context)
    stays = services.withdraw(commitment=commitment, why=form.cleaned_data["why"])
    messages.success(request, _("Withdrawn. It stays on the page, with the reason.") if stays else _("Taken away."))
    return redirect("track:promise_work_on", commitment.promise_id)


@never_cache
@require_safe
@staff_page(*WRITERS)
def quick(request: HttpRequest) -> HttpResponse:
    """Which running promise and commitment something was done for, as big buttons for a phone."""
    running = access.written(_user(request)).running()
    commitments = Commitment.objects.filter(promise__in=running, withdrawn_at=None).exclude(
        measure__in=Commitment.COMPUTED
    )
    found = commitments.select_related("promise").order_by("promise__starts_on", "promise", "number")
    return render(request, "track/quick.html", {"commitments": found})


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*WRITERS, of=access.commitment)
def follow_up_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was done."""
    return _follow_up(request, access.commitment(_user(request), pk), None)


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*WRITERS, of=access.follow_up)
def follow_up_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was written down; both stand."""
    found = access.follow_up(_user(request), pk)
    return _follow_up(request, found.commitment, found)


def _follow_up(request: HttpRequest, commitment: Commitment, corrects: FollowUp | None) -> HttpResponse:
    form = FollowUpForm(
        request.POST if request.method == "POST" else None, promise=commitment.promise, corrects=corrects
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        public = facts.pop("publish", False)
        try:
            services.record(
                commitment=commitment, organisation=_mine(request), publish=public, corrects=corrects, **facts
            )
        except PromiseError as error:
            form.add_error(None, str(WHY_NOT[error.code]))
        else:
            messages.success(request, _("Written down."))
            return redirect("track:promise_work_on", commitment.promise_id)
    context = {"form": form, "commitment": commitment, "promise": commitment.promise, "corrects": corrects}
    return render(request, "track/follow_up.html", context)


@require_POST
@staff_page(*WRITERS, of=access.follow_up)
def follow_up_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Publish a follow-up, or take away one that nobody has read."""
    found = access.follow_up(_user(request), pk)
    take: Any = services.publish_follow_up if step == "publicera" else services.discard_follow_up
    try:
        take(follow_up=found)
    except PromiseError as error:
        messages.error(request, str(WHY_NOT[error.code]))
    else:
        messages.success(request, _("Noted."))
    return redirect("track:promise_work_on", found.commitment.promise_id)


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*WRITERS)
def situation_new(request: HttpRequest) -> HttpResponse:
    """Write a situation picture."""
    return _situation(request, Situation())


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*WRITERS, of=access.situation)
def situation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    return _situation(request, access.situation(_user(request), pk))


def _situation(request: HttpRequest, situation: Situation) -> HttpResponse:
    form = SituationForm(request.POST if request.method == "POST" else None, user=_user(request), situation=situation)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not situation.pk:
            situation.organisation = _mine(request)
        situation.district, situation.on = data["district"], data["on"]
        seen = request.POST.get("seen", "")
        try:
            services.save_situation(
                situation=situation,
                words=form.clean_words(),
                publish=data["publish"],
                seen=int(seen) if seen.isdecimal() else 0,
            )
        except PromiseError as error:
            form.add_error(None, str(WHY_NOT[error.code]))
        else:
            messages.success(request, _("Saved."))
            return redirect("track:promise_work")
    return render(request, "track/situation_edit.html", {"form": form, "situation": situation})
