"""A building's watch and its signs; closing what a register left out."""

from django.urls import path, re_path

from watch.track.views import signs, watch

urlpatterns = [
    path("hus/<int:pk>/grannsamverkan/", watch.watch, name="watch"),
    path("hus/<int:pk>/grannsamverkan/steg/", watch.move, name="move"),
    path("hus/<int:pk>/skyltar/", signs.building_signs, name="signs"),
    path("skyltar/<int:pk>/blad/", signs.order_sheet, name="sign_sheet"),
    path("skyltar/<int:pk>/hanger/", signs.hang, name="hang"),
    re_path(r"^skyltar/(?P<pk>\d+)/(?P<step>ja|nej|bestalld|levererad|aterta)/$", signs.order_step, name="order_step"),
    re_path(r"^skylt/(?P<pk>\d+)/(?P<state>damaged|retired)/$", signs.sign_step, name="sign_step"),
    path("register/stangning/<str:kind>/<int:pk>/stang/", watch.close, name="close"),
]
