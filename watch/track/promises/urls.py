"""Promises for anyone, and where police and city write them."""

from django.urls import path, re_path

from watch.track.promises import public_views, views
from watch.track.promises.feeds import PromiseFeed

urlpatterns = [
    path("lofte/", public_views.promises, name="promises"),
    path("lofte/<slug:slug>/", public_views.promise, name="promise"),
    path("lofte/<slug:slug>/atom.xml", PromiseFeed(), name="promise_feed"),
    path("lagesbild/<int:pk>/", public_views.situation, name="situation"),
    path("stadsdel/<slug:slug>/lagesbilder/", public_views.situations, name="situations"),
    path("folj-upp/", views.work, name="promise_work"),
    path("folj-upp/nytt/", views.new, name="promise_new"),
    path("folj-upp/snabbt/", views.quick, name="quick"),
    path("folj-upp/lagesbild/", views.situation_new, name="situation_new"),
    path("folj-upp/lagesbild/<int:pk>/", views.situation_edit, name="situation_edit"),
    path("folj-upp/<int:pk>/", views.work_on, name="promise_work_on"),
    path("folj-upp/<int:pk>/andra/", views.edit, name="promise_edit"),
    path("folj-upp/<int:pk>/publicera/", views.publish, name="promise_publish"),
    path("folj-upp/<int:pk>/atagande/", views.commitment_new, name="commitment_new"),
    path("atagande/<int:pk>/", views.commitment_edit, name="commitment_edit"),
    path("atagande/<int:pk>/dra-tillbaka/", views.commitment_withdraw, name="commitment_withdraw"),
    path("atagande/<int:pk>/uppfoljning/", views.follow_up_new, name="follow_up_new"),
    path("uppfoljning/<int:pk>/ratta/", views.follow_up_correct, name="follow_up_correct"),
    re_path(r"^uppfoljning/(?P<pk>\d+)/(?P<step>publicera|ta-bort)/$", views.follow_up_step, name="follow_up_step"),
]
