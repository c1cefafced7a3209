"""Meetings: lists, planning and inviting, answers, minutes, calendars."""

from django.urls import path

from watch.meet.views import answers, lists, meeting

app_name = "meet"
urlpatterns = [
    path("moten/", lists.meetings, name="list"),
    path("moten/lista.xlsx", lists.workbook, name="workbook"),
    path("moten/lista.ics", lists.calendar, name="calendar"),
    path("moten/<uuid:public_id>/", meeting.page, name="meeting"),
    path("moten/<uuid:public_id>/svar/", answers.reply, name="reply"),
    path("moten/<uuid:public_id>/svar-in/", answers.type_in, name="type_in"),
    path("m/<str:short>/<str:token>/", answers.by_link, name="answer"),
    path("moten/nytt/", meeting.page, name="plan"),
]
