"""Meetings: lists, planning and inviting, answers, minutes, calendars."""

from django.urls import path

from watch.meet.views import invite, lists, meeting, neighbour, plan, series, venues

app_name = "meet"
urlpatterns = [
    path("moten/", lists.meetings, name="list"),
    path("moten/lista.xlsx", lists.workbook, name="workbook"),
    path("moten/lista.ics", lists.calendar, name="calendar"),
    path("moten/<uuid:public_id>/", meeting.page, name="meeting"),
    path("m/<str:short>/<str:token>/", meeting.page, name="answer"),
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
