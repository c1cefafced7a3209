"""Joining, leaving, and an organisation's own staff."""

from django.urls import path

from watch.join import staff_views, views

app_name = "join"
urlpatterns = [
    path("t/", views.enter, name="enter"),
    path("t/<str:code>", views.stairwell, name="stairwell"),
    path("t/<str:code>/kod", views.verify, name="verify"),
    path("t/<str:code>/val", views.choose, name="choose"),
    path("t/<str:code>/qr.svg", views.qr, name="qr"),
    path("min-trapp/lamna/<int:pk>/", views.leave, name="leave"),
    path("hej-da/", views.goodbye, name="goodbye"),
    path("personal/", staff_views.staff, name="staff"),
    path("personal/<int:pk>/ta-bort/", staff_views.remove, name="staff_remove"),
]
