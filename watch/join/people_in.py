"""Who is signed in, read on every request together with whether they work or live here."""

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection
from django.db.models import Exists, OuterRef

from buildings.models import Resident, StaffMember, User


class PeopleIn(AuthenticationBackend):
    """allauth's sign-in, whose people know `works_here` and `lives_here`, so that most pages need not ask again."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, or None when they are gone or shut out."""
        sql, parameters = _question(connection.vendor)
        found = next(iter(User.objects.raw(sql, [*parameters, user_id])), None)
        return found if found and self.user_can_authenticate(found) else None


@cache
def _question(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The query without its last parameter, the person: writing it out anew takes longer than its answer."""
    # Anybody who may still work here; whether they do depends on the hour and is asked when it matters.
    work = StaffMember.objects.filter(ended_at=None, user=OuterRef("pk"))
    home = Resident.objects.present().filter(user=OuterRef("pk"))
    known = User.objects.annotate(works_here=Exists(work), lives_here=Exists(home))
    sql, parameters = known.filter(pk=0).query.sql_with_params()
    return sql, tuple(parameters[:-1])
