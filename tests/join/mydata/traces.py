"""How a person can be found in bytes: their e-mail, number and name in every way we can think of."""

import json
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import phonenumbers

from tests.join.mydata.person import EMAIL, NAME, NUMBER


def spellings(email: str = EMAIL, number: str = NUMBER, name: str = NAME) -> dict[str, bytes]:
    """Each spelling, by what it is."""
    parsed = phonenumbers.parse(number)
    bare = str(parsed.national_number)
    words = {
        "e-mail": email,
        "e-mail, before the @": email.partition("@")[0],
        "name": name,
        "name in JSON": json.dumps(name)[1:-1],
        "number": number,
        "number without country": bare,
        "number, Swedish": f"0{bare}",
    }
    for form in (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
        words[f"number, format {form}"] = phonenumbers.format_number(parsed, form)
    words["number, its end"] = words[f"number, format {phonenumbers.PhoneNumberFormat.NATIONAL}"][4:]
    return {what: spelled.encode() for what, spelled in words.items()} | {"name in Latin-1": name.encode("latin-1")}


def found_in(content: bytes) -> set[str]:
    """Which spellings stand in the bytes."""
    lower = content.lower()
    return {what for what, spelled in spellings().items() if spelled.lower() in lower}


def found_in_files(folder: Path) -> dict[str, set[str]]:
    """Files below the folder in which the person stands."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return {str(file): found for file in files if (found := found_in(file.read_bytes()))}


def found_in_cache(entries: Iterable[tuple[str, Any]]) -> dict[str, set[str]]:
    """Entries of a cache whose key or value holds the person."""
    return {
        key: found
        for key, value in entries
        if (found := found_in(key.encode()) | found_in(value if isinstance(value, bytes) else pickle.dumps(value)))
    }
