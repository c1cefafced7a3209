"""The small-number rule for what everyone may read: people are told of in whole groups, and only "at least".

A number of people under settings.SMALLEST_GROUP is a person, and so is the rest of a whole. What is told is a lower
bound in whole groups; it reaches no nearer the whole than one group, so that the rest cannot be worked out either.
Each number is rounded by itself, nothing told is a sum of others, and only months that are over are told: neither
another filter nor a later export makes any of it sharper. (Method: rounding to a base, L. Willenborg and T. de Waal,
Elements of Statistical Disclosure Control, 2001, ch. 9.)
"""

from django.conf import settings


def at_least(number: int, of: int | None = None) -> int:
    """The lower bound that may be told of so many people or homes, out of `of` when that is known to everyone."""
    least: int = settings.SMALLEST_GROUP
    most = number if of is None else min(number, max(0, of - least))
    return most // least * least
