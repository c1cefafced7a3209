"""Codes of stairwells: new ones that nobody has, and another one in place of one that leaked."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from buildings.models import JoinCode, Stairwell, new_code

ATTEMPTS = 5


def unused_codes(count: int) -> list[str]:
    """So many different codes that no stairwell has or had."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_code() for _ in range(min(count - len(codes), 1000))}
        codes |= fresh - set(JoinCode.objects.filter(code__in=fresh).values_list("code", flat=True))
    return list(codes)


@transaction.atomic
def rotate_code(*, stairwell: Stairwell) -> JoinCode:
    """Give the stairwell a new code and retire the old one, which nobody can join with from then on."""
    Stairwell.objects.select_for_update().get(pk=stairwell.pk)
    JoinCode.objects.filter(stairwell=stairwell, retired_at=None).update(retired_at=timezone.now())
    for _ in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return JoinCode.objects.create(stairwell=stairwell, code=new_code())
        except IntegrityError:
            continue
    return JoinCode.objects.create(stairwell=stairwell, code=new_code())
