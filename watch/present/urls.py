"""Public pages, the way home after signing in, and the machine's health."""

from django.urls import path

from watch.present import views

app_name = "present"
urlpatterns = [
    path("", views.front, name="front"),
    path("hem/", views.home, name="home"),
    path("om/", views.about, name="about"),
    path("sprak/", views.language, name="language"),
    path("trappan.webmanifest", views.manifest, name="manifest"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
