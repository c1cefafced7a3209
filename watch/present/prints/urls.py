"""Prints with pages of their own; others are pressed where their room already is."""

from django.urls import path

from watch.present.prints import notice_views, views

app_name = "prints"
urlpatterns = [
    path("trapp/<int:pk>/affisch/", views.poster, name="poster"),
    path("trapp/<int:pk>/remsor/", views.strips, name="strips"),
    path("anslag/<uuid:public_id>/tavla/", notice_views.notice, name="notice"),
    path("grannsamverkan/bilder/<str:language>/", views.slides, name="slides"),
    path("kontakt/fickkort/", views.card, name="card"),
]
