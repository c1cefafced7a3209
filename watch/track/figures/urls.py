"""Figures over time: for staff, for everyone, and everything one may see as a workbook."""

from django.urls import path

from watch.track.figures import views

urlpatterns = [
    path("oversikt/<slug:slug>/siffror/", views.figures, name="figures"),
    path("oversikt/<slug:slug>/allt.xlsx", views.everything, name="everything"),
    path("stadsdel/<slug:slug>/siffror/", views.shown, name="public_figures"),
    path("stadsdel/<slug:slug>/siffror/data.csv", views.data, name="public_figures_data"),
    path("stadsdel/<slug:slug>/siffror/beskrivning.json", views.description, name="public_figures_description"),
]
