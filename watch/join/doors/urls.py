"""Ways into a stairwell, and who says that a person lives there."""

from django.urls import path

from watch.join import screens
from watch.join.doors import inviting, landlord, neighbours, recovery_views, slip_views, views

app_name = "doors"
urlpatterns = [
    path("brev/", views.letter_enter, name="letter_enter"),
    path("brev/<str:code>", views.with_letter(screens.first), name="letter"),
    path("brev/<str:code>/kod", views.with_letter(screens.second), name="letter_verify"),
    path("brev/<str:code>/val", views.with_letter(screens.third), name="letter_choose"),
    path("inbjudan/<str:code>", views.with_invitation(screens.first), name="invited"),
    path("inbjudan/<str:code>/kod", views.with_invitation(screens.second), name="invited_verify"),
    path("inbjudan/<str:code>/val", views.with_invitation(screens.third), name="invited_choose"),
    path("ga-med/", views.search, name="search"),
    path("ga-med/<int:pk>/", views.without_code(screens.first), name="place"),
    path("ga-med/<int:pk>/kod", views.without_code(screens.second), name="place_verify"),
    path("ga-med/<int:pk>/val", views.without_code(screens.third), name="place_choose"),
    path("trapp/<int:pk>/brev/", landlord.letters, name="letters"),
    path("trapp/<int:pk>/boende/", landlord.residents, name="residents"),
    path("trapp/<int:pk>/boende/<int:resident_pk>/", landlord.resident, name="resident"),
    path("trapp/<int:pk>/boende/<int:resident_pk>/namn/", landlord.reveal_name, name="reveal_name"),
    path("trapp/<int:pk>/avbojer/", landlord.decline, name="decline"),
    path("vantar/", landlord.waiting, name="waiting"),
    path("min-trapp/grannar/<int:pk>/", neighbours.neighbours, name="neighbours"),
    path("min-trapp/grannar/<int:pk>/<int:resident_pk>/", neighbours.neighbour, name="neighbour"),
    path("min-trapp/bjud-in/<int:pk>/", inviting.invite, name="invite"),
    path("min-trapp/bjud-in/<int:pk>/<int:invitation_pk>/ta-tillbaka/", inviting.withdraw, name="withdraw"),
    path("trapp/<int:pk>/lapp/", slip_views.of_staff, name="slip"),
    path("min-trapp/lapp/<int:pk>/", slip_views.of_contact, name="slip_by_contact"),
    path("hus/<int:pk>/brev/", landlord.house_letters, name="house_letters"),
    path("min-trapp/lapp/<int:pk>/skriv-ut/", slip_views.sheet, name="slip_sheet"),
    path("lapp/<str:token>/", slip_views.address, name="slip_address"),
    path("trapp/<int:pk>/boende/<int:resident_pk>/ny-adress/", recovery_views.issue, name="recovery"),
    path("konto/aterfa/", recovery_views.enter, name="recover"),
    path("konto/aterfa/kod/", recovery_views.verify, name="recover_verify"),
]
