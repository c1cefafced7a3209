"""Meetings: lists, planning and inviting, answers, minutes, calendars."""

from django.urls import path

from watch.meet.views import answers, feeds, lists, meeting, prints, public

app_name = "meet"
urlpatterns = [
    path("moten/", lists.meetings, name="list"),
    path("moten/lista.xlsx", lists.workbook, name="workbook"),
    path("moten/lista.ics", lists.calendar, name="calendar"),
    path("moten/<uuid:public_id>/", meeting.page, name="meeting"),
    path("moten/<uuid:public_id>/svar/", answers.reply, name="reply"),
    path("moten/<uuid:public_id>/svar-in/", answers.type_in, name="type_in"),
    path("moten/<uuid:public_id>/inbjudan/", prints.stairwells, name="prints"),
    path("moten/<uuid:public_id>/inbjudan/<int:pk>/", prints.invitation, name="print"),
    path("moten/kalender/", feeds.my_calendar, name="my_calendar"),
    path("kalender/<str:key>.ics", feeds.private_feed, name="private_feed"),
    path("stadsdel/<slug:slug>/moten.ics", feeds.feed, name="feed"),
    path("stadsdel/<slug:slug>/moten/", public.meetings, name="public"),
    path("oppet-mote/<uuid:public_id>/", public.meeting, name="public_meeting"),
    path("m/<str:short>/<str:token>/", answers.by_link, name="answer"),
    path("moten/nytt/", meeting.page, name="plan"),
]
