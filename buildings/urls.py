"""Buildings, stairwells and the register."""

from django.urls import URLPattern

app_name = "buildings"
urlpatterns: list[URLPattern] = []
