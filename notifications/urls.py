"""Writing, reading and steering notices."""

from django.urls import path

from notifications.views import (
    approval,
    board,
    compose,
    inbox,
    life,
    mail_events,
    outbox,
    preferences,
    short,
    sms,
    unsubscribe,
)

app_name = "notices"
urlpatterns = [
    path("min-trapp/", inbox.mine, name="mine"),
    path("anslag/<uuid:public_id>/", inbox.read, name="read"),
    path("anslag/<uuid:public_id>/tavla/", board.board, name="board"),
    path("installningar/", preferences.preferences, name="preferences"),
    path("avsluta/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("s/<str:token>", unsubscribe.unsubscribe, name="stop"),
    path("n/<str:token>", short.short, name="short"),
    path("krokar/sms/<str:secret>/rapport", sms.report, name="sms_report"),
    path("krokar/sms/<str:secret>/svar", sms.answer, name="sms_answer"),
    path("krokar/anymail/<slug:provider>/", mail_events.mail_events, name="mail_events"),
    path("utskick/", outbox.outbox, name="outbox"),
    path("utskick/nytt/", compose.compose, name="compose"),
    path("utskick/rackvidd/", compose.reach, name="reach"),
    path("utskick/<uuid:public_id>/", compose.edit, name="edit"),
    path("utskick/<uuid:public_id>/granska/", compose.confirm, name="confirm"),
    path("utskick/<uuid:public_id>/ta-tillbaka/", outbox.take_back, name="take_back"),
    path("utskick/<uuid:public_id>/andra/", life.reopen, name="reopen"),
    path("utskick/<uuid:public_id>/ratta/", life.correct, name="correct"),
    path("utskick/<uuid:public_id>/aterkalla/", life.call_off, name="call_off"),
    path("utskick/<uuid:public_id>/prov/", life.try_out, name="try_out"),
    path("utskick/<uuid:public_id>/godkann/", approval.approve, name="approve"),
    path("utskick/<uuid:public_id>/lage/", outbox.progress, name="progress"),
    path("utskick/<uuid:public_id>/slang/", compose.delete, name="delete"),
]
