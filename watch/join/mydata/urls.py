"""What a person can see, take along and have erased; what time takes away."""

from django.urls import path

from watch.join.mydata import public_views, views

app_name = "mydata"
urlpatterns = [
    path("mina-uppgifter/", views.mine, name="mine"),
    path("mina-uppgifter/kopia/", views.copy, name="copy"),
    path("mina-uppgifter/kopia/<int:pk>/", views.fetch, name="fetch"),
    path("mina-uppgifter/radera/", views.erase, name="erase"),
    path("mina-uppgifter/raderad/", views.erased, name="erased"),
    path("integritet/", public_views.privacy, name="privacy"),
    path("tillganglighet/", public_views.accessibility, name="accessibility"),
]
