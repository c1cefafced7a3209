"""Answering the survey with a code, reading what it says, and making rounds and codes."""

import csv
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buildings.access import MUNICIPALITY, scope, staff_page
from buildings.models import Organisation, User
from buildings.throttle import Throttle
from buildings.visitors import client_ip
from watch.models import SurveyRound
from watch.present.prints.survey_codes import survey_codes
from watch.track.survey import access, results, services
from watch.track.survey.access import MAKERS
from watch.track.survey.forms import AnswerForm, CodeForm, CodesForm, RoundForm

GET_OR_POST = ["GET", "HEAD", "POST"]
# A whole house may sit behind one address.
WRONG_CODES = Throttle("wrong-survey-codes", limit=30, seconds=600)
COLUMNS = ("round", "opened", "closed", "question", "content_percent", "low_percent", "high_percent", "answers_about")


@never_cache
@require_http_methods(GET_OR_POST)
def enter(request: HttpRequest) -> HttpResponse:
    """Type the code on the paper."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if WRONG_CODES.spent(client_ip(request)):
            return render(request, "429.html", status=429)
        if services.find(form.cleaned_data["code"]):
            return redirect("track:survey_answer", code=form.cleaned_data["code"].replace(" ", ""))
        WRONG_CODES.count(client_ip(request))
        form.add_error("code", _("No survey has this code. Look once more at the paper."))
    return render(request, "track/survey_enter.html", {"form": form})


@never_cache
@require_http_methods(GET_OR_POST)
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The questions; one answer a code."""
    if WRONG_CODES.spent(client_ip(request)):
        return render(request, "429.html", status=429)
    found = services.find(code)
    if found is None:
        WRONG_CODES.count(client_ip(request))
        return render(request, "track/survey_over.html", {"is_unknown": True}, status=404)
    is_open = SurveyRound.objects.open().filter(pk=found.round_id).exists()
    if found.is_used or not is_open:
        return render(request, "track/survey_over.html", {"survey": found.round, "is_used": found.is_used})
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(code=found, numbers=form.numbers(), words=form.cleaned_data["words"])
        except services.UsedError:
            return render(request, "track/survey_over.html", {"survey": found.round, "is_used": True})
        return render(request, "track/survey_thanks.html", {"survey": found.round})
    return render(request, "track/survey_answer.html", {"form": form, "survey": found.round})


@require_safe
def shown(request: HttpRequest, slug: str) -> HttpResponse:
    """What the latest rounds of a district say."""
    district = access.district(slug)
    now, before = results.latest(district)
    context = {
        "district": district,
        "now": now,
        "before": before,
        "rows": results.rows_of(now, before) if now else [],
        "least": settings.SMALLEST_GROUP,
    }
    return render(request, "track/survey_results.html", context)


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """Every round that is over as open data; empty where too few answered."""
    district = access.district(slug)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trygghet-{district.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for survey in SurveyRound.objects.over().filter(district=district):
        for name, share in results.shares(survey).items():
            told = (share.percent, share.low_percent, share.high_percent, share.about) if share else ("", "", "", "")
            writer.writerow((survey.name, survey.opens_on, survey.closes_on, name, *told))
    return response


@require_safe
def description(request: HttpRequest, slug: str) -> HttpResponse:
    """What the columns of the data mean, as a JSON Table Schema in English."""
    district = access.district(slug)
    with override("en"):
        meanings = {
            "round": ("string", "Name of the round"),
            "opened": ("date", "First day one could answer"),
            "closed": ("date", "Last day one could answer"),
            "question": ("string", "Short name of the question; the scale is 1 (worst) to 5 (best)"),
            "content_percent": ("integer", "Share of answers 4 or 5, in per cent; empty when too few answered to say"),
            "low_percent": ("integer", "Lower end of the 95 % interval (Wilson score)"),
            "high_percent": ("integer", "Upper end of the 95 % interval (Wilson score)"),
            "answers_about": ("integer", f"Answers, rounded down to a multiple of {settings.SMALLEST_GROUP}"),
        }
        fields = [{"name": name, "type": meanings[name][0], "description": meanings[name][1]} for name in COLUMNS]
        path = reverse("track:survey_data", args=[district.slug])
        facts = {"title": f"Safety survey, {district.name}", "path": path, "fields": fields, "missingValues": [""]}
    return JsonResponse(facts)


@never_cache
@require_http_methods(GET_OR_POST)
@staff_page(*MAKERS)
def surveys(request: HttpRequest) -> HttpResponse:
    """The rounds of one's districts, and a new one."""
    user = cast("User", request.user)
    form = RoundForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        form.instance.organisation = cast("Organisation", scope(user).organisation)
        survey = form.save()
        messages.success(request, _("The round is made. Print codes for it."))
        return redirect("track:survey", survey.public_id)
    return render(request, "track/surveys.html", {"form": form, "surveys": access.surveys(user)[:50]})


@never_cache
@require_safe
@staff_page(*MAKERS)
def survey(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One round: how many codes, how many answers, and what to print."""
    found = access.survey(cast("User", request.user), public_id)
    answers = found.answers.count()
    context = {
        "survey": found,
        "codes": found.codes.count(),
        "answers": answers if answers == 0 or answers >= settings.SMALLEST_GROUP else None,
        "least": settings.SMALLEST_GROUP,
        "form": CodesForm(),
        "reads_words": scope(request.user).kind == MUNICIPALITY,
    }
    return render(request, "track/survey.html", context)


@never_cache
@require_POST
@staff_page(*MAKERS)
def codes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """New codes on sheets to print and cut; they are in the file and nowhere else."""
    found = access.survey(cast("User", request.user), public_id)
    form = CodesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write how many codes you need, at most %(most)d.") % {"most": services.MOST_CODES})
        return redirect("track:survey", public_id)
    made = services.make_codes(survey=found, number=form.cleaned_data["number"])
    return survey_codes((code, services.grouped(code)) for code in made).answer(saved=True)


@never_cache
@require_safe
@staff_page(*MAKERS)
def words(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What people wrote in the open question, for the city's staff."""
    found = access.worded(cast("User", request.user), public_id)
    return render(request, "track/survey_words.html", {"survey": found, "words": services.words_of(found)})
