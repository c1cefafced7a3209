"""Tracking: how far each building has come, and what to do next."""

from django.urls import include, path

app_name = "track"
urlpatterns = [
    path("", include("watch.track.watch_urls")),
    path("", include("watch.track.promises.urls")),
    path("", include("watch.track.voices.urls")),
    path("", include("watch.track.survey.urls")),
    path("", include("watch.track.figures.urls")),
    path("", include("watch.track.board_urls")),
]
