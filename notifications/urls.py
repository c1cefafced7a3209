"""Writing, reading and steering notices."""

from django.urls import path

from notifications.views import (
    board,
    boards,
    compose,
    inbox,
    mail_events,
    outbox,
    preferences,
    public,
    short,
    sms,
    templates,
    unsubscribe,
)

app_name = "notices"
urlpatterns = [
    path("min-trapp/", inbox.mine, name="mine"),
    path("anslag/<uuid:public_id>/", inbox.read, name="read"),
    path("anslag/<uuid:public_id>/tavla/", board.board, name="board"),
    path("tavlor/", boards.boards, name="boards"),
    path("tavlor/<int:pk>/", boards.tick, name="tick"),
    path("installningar/", preferences.preferences, name="preferences"),
    path("avsluta/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("s/<str:token>", unsubscribe.unsubscribe, name="stop"),
    path("n/<str:token>", short.short, name="short"),
    path("oppet/<uuid:public_id>/", public.public, name="public"),
    path("oppet/<uuid:public_id>/cap.xml", public.cap_message, name="cap"),
    path("stadsdel/<slug:slug>/anslag/", public.public_list, name="public_list"),
    path("stadsdel/<slug:slug>/anslag.atom", public.feed, name="feed"),
    path("stadsdel/<slug:slug>/cap.atom", public.cap_index, name="cap_index"),
    path("krokar/sms/<str:secret>/rapport", sms.report, name="sms_report"),
    path("krokar/sms/<str:secret>/svar", sms.answer, name="sms_answer"),
    path("krokar/anymail/<slug:provider>/", mail_events.mail_events, name="mail_events"),
    path("utskick/", outbox.outbox, name="outbox"),
    path("utskick/nytt/", compose.compose, name="compose"),
    path("utskick/rackvidd/", compose.reach, name="reach"),
    path("utskick/fardiga/", templates.templates, name="templates"),
    path("utskick/fardiga/nytt/", templates.template_new, name="template_new"),
    path("utskick/fardiga/<int:pk>/", templates.template_edit, name="template_edit"),
    path("utskick/fardiga/<int:pk>/slang/", templates.template_delete, name="template_delete"),
    path("utskick/<uuid:public_id>/", compose.edit, name="edit"),
    path("utskick/<uuid:public_id>/granska/", compose.confirm, name="confirm"),
    path("utskick/<uuid:public_id>/ta-tillbaka/", outbox.take_back, name="take_back"),
    path("utskick/<uuid:public_id>/lage/", outbox.progress, name="progress"),
    path("utskick/<uuid:public_id>/utfall.csv", outbox.outcome_file, name="outcome_file"),
    path("utskick/<uuid:public_id>/slang/", compose.delete, name="delete"),
]
