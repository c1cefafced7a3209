"""Letters between a neighbour and a contact, neither seeing the other's address."""

from django.urls import path

from watch.join.relay import inbound, views

app_name = "relay"
urlpatterns = [
    path("skriv/<int:pk>/", views.write, name="write"),
    path("brev-till-mig/", views.inbox, name="inbox"),
    path("brev-till-mig/<int:pk>/tyst/", views.mute, name="mute"),
    path("brev/<int:pk>/", views.thread, name="thread"),
    path("brev/<int:pk>/avsluta/", views.close, name="close"),
    path("brev/<int:pk>/vidare/", views.pass_on, name="pass_on"),
    path("svar/<str:token>/", views.reply, name="reply"),
    path("vidarebefordrat/", views.passed_on, name="passed_on"),
    path("krokar/inkommande/<slug:provider>/", inbound.take, name="inbound"),
]
