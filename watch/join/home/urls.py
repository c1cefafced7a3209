"""A person's own place: agreements, moving, the yearly question, how they sign in."""

from django.urls import path

from watch.join.home import address_views, broker_views, by_hand, views

app_name = "home"
urlpatterns = [
    path("min-sida/samtycken/", views.agreed, name="agreements"),
    path("min-sida/samtycken/nya-ord/", views.changed, name="changed"),
    path("min-sida/adress/", address_views.own, name="addresses"),
    path("min-sida/adress/kod/", address_views.code, name="address_code"),
    path("min-sida/adress/ta-bort/", address_views.remove, name="address_remove"),
    path("min-trapp/flytta/<int:pk>/", views.move, name="move"),
    path("min-trapp/bor-kvar/<int:pk>/", views.still_at, name="still_at"),
    path("bor-kvar/<str:token>", views.still_here, name="still_here"),
    path("bor-kvar/", by_hand.ask, name="by_hand"),
    path("bor-kvar/<int:pk>/svar/", by_hand.answer, name="by_hand_answer"),
    path("konto/legitimation/", broker_views.page, name="broker"),
    path("konto/legitimation/starta/", broker_views.start, name="broker_start"),
    path("konto/legitimation/koppla/", broker_views.connect, name="broker_connect"),
    path("konto/legitimation/koppla-bort/", broker_views.disconnect, name="broker_disconnect"),
    path("konto/legitimation/tillbaka/", broker_views.callback, name="broker_callback"),
]
