"""One-click sign-in and the mailbox; only in demo mode."""

from django.urls import URLPattern

app_name = "demo"
urlpatterns: list[URLPattern] = []
