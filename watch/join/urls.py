"""Joining, leaving, and an organisation's own staff."""

from django.urls import URLPattern

app_name = "join"
urlpatterns: list[URLPattern] = []
