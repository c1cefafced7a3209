"""Buildings, stairwells and the register."""

from django.urls import path

from buildings.views import houses, register

app_name = "buildings"
urlpatterns = [
    path("hus/", houses.buildings, name="list"),
    path("hus/<int:pk>/", houses.building, name="building"),
    path("trapp/<int:pk>/", houses.stairwell, name="stairwell"),
    path("trapp/<int:pk>/ny-kod/", houses.rotate, name="rotate"),
    path("register/", register.register, name="register"),
    path("register/export.csv", register.export, name="export"),
    path("register/stangning/", register.proposals, name="proposals"),
    path("register/stangning/<str:kind>/<int:pk>/behall/", register.keep, name="keep"),
    path("register/<int:pk>/", register.plan, name="plan"),
    path("register/<int:pk>/anvand/", register.apply, name="apply"),
    path("register/<int:pk>/avbryt/", register.discard, name="discard"),
]
