"""Writing, reading and steering notices."""

from django.urls import path

from notifications.views import (
    board,
    compose,
    devices,
    inbox,
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
    path("installningar/enhet/", devices.add, name="device_add"),
    path("installningar/enhet/<int:pk>/", devices.save, name="device_save"),
    path("installningar/enhet/ta-bort/", devices.stop, name="device_stop"),
    path("installningar/enhet/fornya/", devices.renew, name="device_renew"),
    path("sw.js", devices.worker, name="worker"),
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
    path("utskick/<uuid:public_id>/lage/", outbox.progress, name="progress"),
    path("utskick/<uuid:public_id>/slang/", compose.delete, name="delete"),
]
