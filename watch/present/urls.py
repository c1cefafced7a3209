"""Public pages, the way home after signing in, and the machine's health."""

from django.urls import path

from watch.present import style, views

app_name = "present"
urlpatterns = [
    path("", views.front, name="front"),
    path("hem/", views.home, name="home"),
    path("om/", views.about, name="about"),
    path("style/", style.style, name="style"),
    path("sprak/", views.language, name="language"),
    path("trappan.webmanifest", views.manifest, name="manifest"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
