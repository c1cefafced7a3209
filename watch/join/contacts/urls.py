"""Contacts: volunteering, the contact's page, and what staff do and see."""

from django.urls import path

from watch.join.contacts import officer_views, staff_views, views

app_name = "contacts"
urlpatterns = [
    path("kontakt/", views.about, name="about"),
    path("bli-kontakt/<int:pk>/", views.apply, name="apply"),
    path("min-trapp/kontakt/<int:pk>/", views.mine, name="mine"),
    path("min-trapp/kontakt/<int:pk>/gjort/", views.press, name="press"),
    path("min-trapp/kontakt/<int:pk>/sluta/", views.stop, name="stop"),
    path("min-trapp/kontakt/<int:pk>/lamna-over/", views.hand_over, name="hand_over"),
    path("min-trapp/kontakt/<int:pk>/hotad/", views.threatened, name="threatened"),
    path("kontakter/", staff_views.contacts, name="list"),
    path("kontakter/luckor/", staff_views.gaps, name="gaps"),
    path("kontakter/kontakter.xlsx", staff_views.export, name="export"),
    path("kontakter/<int:pk>/", staff_views.contact, name="contact"),
    path("kontakter/<int:pk>/steg/", staff_views.step, name="step"),
    path("kontakter/<int:pk>/visa/", staff_views.show, name="show"),
    path("personal/kommunpolis/<int:pk>/", officer_views.officer, name="officer"),
]
