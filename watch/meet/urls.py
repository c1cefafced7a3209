"""Meetings: lists, planning and inviting, answers, minutes, calendars."""

from django.urls import path

from watch.meet.views import (
    answers,
    feeds,
    invite,
    lists,
    meeting,
    neighbour,
    plan,
    prints,
    public,
    series,
    venues,
)

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
    path("moten/nytt/", plan.plan, name="plan"),
    path("moten/<uuid:public_id>/andra/", plan.edit, name="edit"),
    path("moten/<uuid:public_id>/kasta/", plan.delete, name="delete"),
    path("moten/<uuid:public_id>/bjud-in/", invite.invite, name="invite"),
    path("moten/<uuid:public_id>/bjud-in/igen/", invite.tell_again, name="tell_again"),
    path("moten/<uuid:public_id>/stall-in/", invite.cancel, name="cancel"),
    path("moten/serie/", series.series, name="series"),
    path("moten/serie/<uuid:series>/", series.overview, name="series_overview"),
    path("moten/grannmote/<int:pk>/", neighbour.neighbour, name="neighbour"),
    path("moten/lokaler/", venues.venues, name="venues"),
    path("moten/lokaler/<int:pk>/", venues.venue, name="venue"),
    path("moten/lokaler/<int:pk>/stang/", venues.close, name="venue_close"),
]
