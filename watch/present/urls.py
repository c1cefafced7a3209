"""Public pages, the way home after signing in, and the machine's health."""

from django.urls import path

from watch.present import offline, public, style, text_views, views

app_name = "present"
urlpatterns = [
    path("", views.front, name="front"),
    path("hem/", views.home, name="home"),
    path("om/", views.about, name="about"),
    path("style/", style.style, name="style"),
    path("grannsamverkan/", public.neighbourhood_watch, name="neighbourhood_watch"),
    path("grannsamverkan/resultat/", public.results, name="results"),
    path("grannsamverkan/fragor/", public.questions, name="questions"),
    path("rad/", public.advice, name="advice"),
    path("rad/<slug:slug>/", public.topic, name="topic"),
    path("stadsdel/", public.districts, name="districts"),
    path("stadsdel/<slug:slug>/", public.district, name="district"),
    path("texter/", text_views.texts, name="texts"),
    path("texter/<int:pk>/<str:language>/", text_views.text, name="text"),
    path("sprak-laget/", text_views.languages, name="languages"),
    path("utan-nat/", offline.page, name="offline"),
    path("robots.txt", public.robots, name="robots"),
    path("sitemap.xml", public.sitemap, name="sitemap"),
    path("sprak/", views.language, name="language"),
    path("trappan.webmanifest", views.manifest, name="manifest"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
