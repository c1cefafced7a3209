"""Meetings: lists, planning and inviting, answers, minutes, calendars."""

from django.urls import path

from watch.meet.views import lists, meeting

app_name = "meet"
urlpatterns = [
    path("moten/", lists.meetings, name="list"),
    path("moten/lista.xlsx", lists.workbook, name="workbook"),
    path("moten/lista.ics", lists.calendar, name="calendar"),
    path("moten/<uuid:public_id>/", meeting.page, name="meeting"),
    path("m/<str:short>/<str:token>/", meeting.page, name="answer"),
    path("moten/nytt/", meeting.page, name="plan"),
]
