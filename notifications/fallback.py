"""What a reader gets beside Swedish words they may not read: a pictogram of the kind, and whom to call.

On pages and boards the pictogram is drawn (`{% kind_icon %}`). In mail it is a character with its word beside it:
mail clients show no SVG, fetch no image, and an attachment would look like one. An SMS has none: a single such
character turns it into UCS-2, at more than twice the price.
"""

from django.utils.translation import gettext, override

from notifications.gsm import is_gsm
from notifications.models import Notice

Kind = Notice.Kind
PICTOGRAMS = {
    Kind.CELLAR: "🔓",
    Kind.BICYCLE: "🚲",
    Kind.FRAUD: "📞",
    Kind.FIRE: "🔥",
    Kind.DOOR: "🚪",
    Kind.POLICE: "🚓",
    Kind.MEETING: "👥",
    Kind.FOLLOW_UP: "✅",
    Kind.OTHER: "📋",
}
BARE_NUMBERS = "112 / 114 14"


def pictogram(kind: str) -> str:
    """The character for a kind of notice; a preview may have none yet."""
    return PICTOGRAMS[Kind(kind or Kind.OTHER)]


def numbers_line(language: str) -> str:
    """Whom to call, for an SMS in other words than the reader's; bare numbers where the language needs UCS-2."""
    with override(language):
        line = gettext("112: danger or crime now. 114 14: police, when it can wait.")
    return line if is_gsm(line) else BARE_NUMBERS
