"""The coverage board, what waits for an organisation, and its weekly mail."""

from django.urls import path

from watch.track.views import board, todo

urlpatterns = [
    path("oversikt/", board.districts, name="boards"),
    path("oversikt/<slug:slug>/", board.board, name="board"),
    path("stadsdel/<slug:slug>/hus/", board.public, name="public_board"),
    path("att-gora/", todo.todos, name="todo"),
    path("att-gora/sett/<int:pk>/", todo.seen, name="seen"),
    path("att-gora/samlade/<int:pk>/", todo.gathered, name="gathered"),
    path("att-gora/veckobrev/", todo.weekly, name="weekly"),
]
