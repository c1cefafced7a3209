"""Pages for anyone: what is kept about people and for how long, and how accessible the site is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from buildings.visitors import client_ip
from watch.join.codes import too_many
from watch.join.mydata import accessibility as barriers
from watch.join.mydata import privacy as facts
from watch.join.mydata.forms import BarrierForm


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, why, for how long, who gets it, and one's rights."""
    context = {
        "agreements": facts.agreements((get_language() or "sv").split("-")[0]),
        "kept": facts.kept(),
        "responsible": facts.responsible(),
        "helpers": facts.helpers(),
    }
    return render(request, "mydata/privacy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the site is, and a form to tell what is not."""
    form = BarrierForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not barriers.FROM_ONE_PLACE.count(client_ip(request)):
            return too_many(request)
        try:
            barriers.report(words=form.cleaned_data["words"], answer_to=form.cleaned_data["answer_to"])
        except barriers.NobodyToTellError:
            form.add_error(None, _("We cannot take this in here right now. Call your housing company instead."))
        else:
            messages.success(request, _("Thank you. Whoever runs this site has got your words."))
            return redirect("mydata:accessibility")
    return render(request, "mydata/accessibility.html", {"form": form})
