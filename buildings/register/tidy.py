"""Normal forms of what a register writes: text, addresses, entrances, numbers and the keys made of them.

Everything a key is made of is compared without regard to case and spaces, so that "12A" and "12 A",
"Varpen 1" and "VARPEN  1", "04000" and the 4000 a spreadsheet makes of it are one and the same.
"""

import re
import unicodedata
from functools import lru_cache

# Control characters would break PostgreSQL or a terminal, invisible and direction marks let one name pass as another.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+")
_ESCAPED_FORMULA = re.compile(r"^'(?=[=+\-@])")
_HOUSE_LETTER = re.compile(r"(?<=\d)\s*([a-zåäö])$", re.IGNORECASE)
_ENTRANCE_WORD = re.compile(
    r"^(?:trapphus|trappa|trapp|uppgång|uppg\.?|port|ingång|stairwell|entrance)\s+", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+")
# Swedish order in any collation: å, ä and ö come after z.
_SWEDISH_ORDER = str.maketrans({"å": "zza", "ä": "zzb", "ö": "zzc"})

KEY_LENGTH = 200


def text(raw: str) -> str:
    """The text composed (NFC), in single spaces, without what nobody sees and without an export's formula escape."""
    if not raw.isprintable():
        raw = _INVISIBLE.sub("", _CONTROL.sub(" ", raw))
    return _ESCAPED_FORMULA.sub("", " ".join(unicodedata.normalize("NFC", raw).split()))


def heading(raw: str) -> str:
    """A heading for comparing: no case, accents, spaces or punctuation; "Lgh nr." and "LGHNR" are one."""
    parts = unicodedata.normalize("NFKD", raw.casefold())
    return "".join(character for character in parts if character.isalnum())


@lru_cache(maxsize=20_000)
def address(raw: str) -> str:
    """A street address with one space before the house letter: "Varpgatan 1b" is "Varpgatan 1 B"."""
    return _HOUSE_LETTER.sub(lambda letter: f" {letter[1].upper()}", text(raw))


@lru_cache(maxsize=2_000)
def entrance(raw: str, address: str) -> str:
    """The entrance without a word such as "Trapp"; the address's house letter when the column is empty."""
    plain = _ENTRANCE_WORD.sub("", text(raw))
    if not plain and (letter := _HOUSE_LETTER.search(address)):
        plain = letter[1]
    return plain.upper() if len(plain) == 1 else plain


@lru_cache(maxsize=2_000)
def postcode(raw: str) -> str:
    """A Swedish postcode as "504 35", or an empty text when there are not exactly five digits."""
    digits = "".join(_NUMBER.findall(text(raw)))
    return f"{digits[:3]} {digits[3:]}" if len(digits) == 5 else ""


def same(raw: str) -> str:
    """A text for comparing, without case and spaces."""
    return text(raw).casefold().replace(" ", "")


def designation_key(designation: str) -> str:
    """What a property designation is known by within a company."""
    return text(designation).casefold()


def object_key(number: str) -> str:
    """What an object number is known by; leading zeros count only if there is nothing else."""
    key = same(number)
    return (key.lstrip("0") or "0") if key.isdigit() else key


def street_key(postcode: str, address: str) -> str:
    """Postcode digits and street: what the entrances of one address share."""
    return f"{postcode.replace(' ', '')}|{address.casefold()}"


def stairwell_key(postcode: str, address: str, entrance: str) -> str:
    """What a stairwell is known by everywhere: "50435|varpgatan 1 a|a"."""
    return f"{street_key(postcode, address)}|{entrance.casefold()}"[:KEY_LENGTH]


def sort_key(address: str, entrance: str) -> str:
    """The address for sorting as people count: number 2 before 10, å ä ö after z."""
    counted = _NUMBER.sub(lambda number: number[0].zfill(5), address.casefold())
    return f"{counted} {entrance.casefold()}".translate(_SWEDISH_ORDER)[:KEY_LENGTH]


def stairwell_name(address: str, entrance: str, *, shared: bool) -> str:
    """What people call the stairwell: its address, and which entrance when the address has several.

    The name is stored, so it is in the language of the houses: "Storgatan 5, trapp B".
    """
    return f"{address}, trapp {entrance}" if shared and entrance else address
