"""Steps of a notice's life after it was written: change it again, correct it, call it off, send oneself a test."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from buildings.access import staff_page
from buildings.models import User
from notifications import access, audience, drafts, errors, following, sending, trying
from notifications.forms import CallOffForm, TestForm
from notifications.models import Notice
from notifications.preview import Reach
from notifications.views.steered import elsewhere

# The page a test is sent from; who may not give the yes is led on to how it is going.
TESTED_FROM = {Notice.State.DRAFT: "notices:confirm", Notice.State.AWAITING: "notices:approve"}


@require_POST
@staff_page()
def reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a notice that has not left a draft again."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    if there := elsewhere(notice):
        return there
    try:
        sending.reopen(notice=notice, user=user)
    except errors.TooLate:
        messages.warning(request, _("It was too late. The notice has already left."))
        return redirect("notices:progress", notice.public_id)
    messages.success(request, _("The notice is a draft again. Nobody has got it."))
    return redirect("notices:edit", notice.public_id)


@require_POST
@staff_page()
def correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Begin a correction of a told notice, or go on with the one a colleague has begun."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    if there := elsewhere(notice):
        return there
    try:
        draft = following.correction_of(notice=notice, user=user)
    except errors.Overtaken:
        messages.warning(request, _("This notice can no longer be corrected. Look at the newest one instead."))
        return redirect("notices:progress", notice.public_id)
    return redirect("notices:edit", draft.public_id)


@require_http_methods(["GET", "POST"])
@staff_page()
def call_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call a told notice off: a page that says what happens and what people are told, and the second press."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    if there := elsewhere(notice):
        return there
    if not notice.may_be_followed or notice.is_over:
        return _too_late(request, notice)
    told = Reach.of(audience.told_of(notice))
    with_words = following.own_words_allowed(notice, told.people)
    form = CallOffForm(request.POST if request.method == "POST" else None, notice=notice, with_words=with_words)
    if form.is_valid():
        try:
            word = following.call_off(notice=notice, user=user, own_words=form.own_words())
        except errors.Overtaken:
            return _too_late(request, access.own_notice(user, public_id))
        except drafts.Blocked:
            form.add_error(None, _("Your words hold a number that may not be sent. Change them first."))
        except errors.TooManyForOwnWords:
            form.add_error(None, _("So many have got it by now that only the ready words can go. Take yours away."))
        else:
            messages.success(request, _("The notice is called off. Those who had got it are told now."))
            return redirect("notices:progress", word.public_id)
    words = following.ready_words(notice)
    context = {"notice": notice, "told": told, "form": form, "with_words": with_words, "words": words}
    return render(request, "notifications/call_off.html", context, status=409 if form.is_bound else 200)


@require_POST
@staff_page()
def try_out(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mail the notice to its reader's own work address; changes nothing in it."""
    user = cast("User", request.user)
    notice = access.own_notice(user, public_id)
    back = TESTED_FROM.get(Notice.State(notice.state), "notices:progress")
    form = TestForm(request.POST, notice=notice)
    if not form.is_valid():
        messages.warning(request, _("Choose a language to send the test in."))
        return redirect(back, notice.public_id)
    try:
        sent = trying.send_test(notice=notice, user=user, languages=form.languages())
    except trying.NoWorkAddress:
        messages.warning(request, _("You have no e-mail address here to send a test to. Ask your administrator."))
    except trying.TooManyTests:
        messages.warning(request, _("You have sent many tests lately. Wait an hour, then you can send more."))
    except drafts.Blocked:
        messages.warning(request, _("The notice holds a number that may not be sent. Change the text first."))
    else:
        words = ngettext(
            "%(count)s test mail is on its way to your work address.",
            "%(count)s test mails are on their way to your work address.",
            sent,
        )
        messages.success(request, words % {"count": sent})
    return redirect(back, notice.public_id)


def _too_late(request: HttpRequest, notice: Notice) -> HttpResponse:
    if notice.is_called_off:
        messages.info(request, _("This notice has been called off already."))
    else:
        messages.warning(request, _("This notice can no longer be called off."))
    return redirect("notices:progress", notice.public_id)
