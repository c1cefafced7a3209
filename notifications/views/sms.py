"""Where the SMS provider calls: delivery reports and what people write back. The address is the secret."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.answers import take_answer
from notifications.outbox.reports import note_report
from notifications.sms import callback_secret


@csrf_exempt
@require_POST
def report(request: HttpRequest, secret: str) -> HttpResponse:
    """What became of an SMS. A report that comes before its row is booked is 404: the provider asks again."""
    _check(secret)
    known = note_report(provider_id=request.POST.get("id", ""), status=request.POST.get("status", ""))
    return HttpResponse(status=204 if known else 404)


@csrf_exempt
@require_POST
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """An SMS to us. The answer's body stays empty: the provider would send it as an SMS of its own."""
    _check(secret)
    take_answer(number=request.POST.get("from", ""), words=request.POST.get("message", ""))
    return HttpResponse(status=204)


def _check(secret: str) -> None:
    if not constant_time_compare(secret, callback_secret()):
        raise Http404
