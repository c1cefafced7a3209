"""Views and ideas to a district's officer."""

from django.urls import path

from watch.track.voices import views

urlpatterns = [
    path("synpunkter/", views.voices, name="voices"),
    path("synpunkter/svar/", views.answer, name="voice_answer"),
    path("synpunkter/<int:pk>/", views.voice, name="voice"),
    path("synpunkter/<slug:slug>/", views.write, name="voice_write"),
]
