"""Meetings: lists, planning and inviting, answers, minutes, calendars."""

from django.urls import path

from watch.meet.views import actions, attendance, doors, lists, meeting, publish, record

app_name = "meet"
urlpatterns = [
    path("moten/", lists.meetings, name="list"),
    path("moten/lista.xlsx", lists.workbook, name="workbook"),
    path("moten/lista.ics", lists.calendar, name="calendar"),
    path("moten/atgarder/", actions.actions, name="actions"),
    path("moten/atgarder/<uuid:public_id>/", actions.action, name="action"),
    path("moten/<uuid:public_id>/", meeting.page, name="meeting"),
    path("moten/<uuid:public_id>/protokoll/", record.record, name="record"),
    path("moten/<uuid:public_id>/publicera/", publish.publish, name="publish"),
    path("moten/<uuid:public_id>/sammanfattning/", publish.summary, name="summary"),
    path("moten/<uuid:public_id>/narvaro/", attendance.attendance, name="attendance"),
    path("moten/<uuid:public_id>/dorrar/", doors.doors, name="doors"),
    path("m/<str:short>/<str:token>/", meeting.page, name="answer"),
    path("moten/nytt/", meeting.page, name="plan"),
]
