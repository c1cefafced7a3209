"""One-click sign-in and the mailbox; only in demo mode."""

from django.urls import path

from watch.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("logga-in/<slug:role>/", views.sign_in, name="sign_in"),
    path("brevlada/", views.mailbox, name="mailbox"),
    path("brevlada/<slug:name>/", views.mail, name="mail"),
    path("brevlada/<slug:name>/html/", views.mail_html, name="mail_html"),
]
