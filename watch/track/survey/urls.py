"""The safety survey: answering, reading, making."""

from django.urls import path

from watch.track.survey import views

urlpatterns = [
    path("svara/", views.enter, name="survey_enter"),
    path("svara/<str:code>/", views.answer, name="survey_answer"),
    path("trygghet/", views.surveys, name="surveys"),
    path("trygghet/omgang/<uuid:public_id>/", views.survey, name="survey"),
    path("trygghet/omgang/<uuid:public_id>/koder/", views.codes, name="survey_codes"),
    path("trygghet/omgang/<uuid:public_id>/ord/", views.words, name="survey_words"),
    path("trygghet/<slug:slug>/", views.shown, name="survey_results"),
    path("trygghet/<slug:slug>/data.csv", views.data, name="survey_data"),
    path("trygghet/<slug:slug>/beskrivning.json", views.description, name="survey_description"),
]
