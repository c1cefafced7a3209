"""How the networks count an SMS: GSM-7 or UCS-2, and the parts it is sent and paid in (3GPP TS 23.038, 23.040).

A text of GSM characters alone takes 160 septets, or 153 in each of several parts; those of the extension
table cost two. Any other character turns the whole text into UCS-2: 70 units of 16 bits, or 67 a part; what
lies outside the basic plane (most emoji) costs two. Neither pair is ever split between two parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = frozenset("^{}\\[~]|€\f")
# What word processors put in and no reader misses; each costs a text its GSM-7, and so more than twice the money.
TYPOGRAPHIC = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-", "\u00a0": " "}
)


def is_gsm(words: str) -> bool:
    """Whether every character is in the GSM alphabet or its extension table."""
    return all(character in GSM or character in GSM_DOUBLE for character in words)


def plainer(words: str) -> str:
    """The words with plain quotation marks, dashes and spaces, where that lets them go as GSM-7; else unchanged."""
    plain = words.translate(TYPOGRAPHIC)
    return plain if is_gsm(plain) else words


@dataclass(frozen=True)
class SmsSize:
    """An SMS as the networks count it: characters (septets or 16-bit units), and parts."""

    characters: int
    parts: int

    @classmethod
    def of(cls, words: str) -> Self:
        """The size of these words; no words are one part too."""
        if is_gsm(words):
            costs, one, many = [2 if character in GSM_DOUBLE else 1 for character in words], 160, 153
        else:
            costs, one, many = [2 if ord(character) > 0xFFFF else 1 for character in words], 70, 67
        length = sum(costs)
        return cls(length, 1 if length <= one else _parts(costs, many))


def _parts(costs: Iterable[int], room: int) -> int:
    parts, left = 1, room
    for cost in costs:
        if cost > left:
            parts, left = parts + 1, room
        left -= cost
    return parts
