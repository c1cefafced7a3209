"""Words Django says itself and has no Somali catalogue for: named here so that ours carries them."""

from django.utils.translation import gettext_noop

# Languages by their names in the reader's own; of Somali, Django knows none in any language.
LANGUAGES = (
    gettext_noop("Swedish"),
    gettext_noop("English"),
    gettext_noop("Arabic"),
    gettext_noop("Somali"),
)
DAYS_AND_MONTHS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
)
ERRORS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid value."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid date/time."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
)
