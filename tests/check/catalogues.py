"""`python -m tests.check.catalogues`, a part of `make check`: the translations are whole and fit the code.

Fails on a fuzzy entry, a placeholder that does not match, a wrong number of plural forms, and on any text of the code
that the Swedish catalogue lacks. English needs no entries: the texts in the code are English.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from tests.environment import IN_CI

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = "sv"
SHOWN = 40
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
SOURCES = ("watch", "buildings", "notifications", "templates", "locale", "manage.py", "pyproject.toml")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def texts(value: str | list[str] | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def lost(message: Message) -> set[str]:
    """Placeholders no form of the translation has; a form for "one" may do without its number."""
    there = {found for text in texts(message.string) for found in PLACEHOLDER.findall(text)}
    return set(PLACEHOLDER.findall(texts(message.id)[-1])) - there


def named(message: Message) -> str:
    text = texts(message.id)[0]
    where = ":".join(str(part) for part in message.locations[0] if part) if message.locations else "?"
    return f"{text[:70]!r} ({where})"


def problems(catalogue: Catalog, *, complete: bool) -> Iterator[str]:
    """One sentence for each entry that cannot go out."""
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"fuzzy: {named(message)}"
        elif not all(texts(message.string)):
            if complete:
                yield f"not translated: {named(message)}"
        else:
            yield from (f"{error}: {named(message)}" for error in message.check(catalogue))
            if missing := lost(message):
                yield f"lost {', '.join(sorted(missing))}: {named(message)}"


def collected(folder: Path) -> Path:
    """The Swedish catalogue as makemessages would leave it, in a copy of the sources."""
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        elif source.exists():
            shutil.copy(source, folder / name)
    command = [sys.executable, "manage.py", "makemessages", "-l", COMPLETE, "--no-obsolete", "--no-wrap", "-v0"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "locale" / COMPLETE / "LC_MESSAGES" / "django.po"


def check() -> list[str]:
    found: list[str] = []
    paths = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
    for path in paths:
        language = path.parts[-3]
        try:
            catalogue = read(path)
        except PoFileError as error:
            found.append(f"{language}: cannot be read: {error}")
            continue
        found += [f"{language}: {problem}" for problem in problems(catalogue, complete=language == COMPLETE)]
        with tempfile.TemporaryFile() as compiled:
            write_mo(compiled, catalogue)
    if not paths:
        return []
    if found:
        return found
    if shutil.which("xgettext"):
        with tempfile.TemporaryDirectory() as folder:
            fresh = read(collected(Path(folder)))
        found += [f"{COMPLETE}, from the code: {problem}" for problem in problems(fresh, complete=True)]
    elif IN_CI:
        found.append("xgettext is not installed (Debian: gettext)")
    else:
        sys.stderr.write("xgettext is not installed, so whether every text of the code is there was not checked.\n")
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    wrong = check()
    sys.stderr.writelines(f"{problem}\n" for problem in wrong[:SHOWN])
    if len(wrong) > SHOWN:
        sys.stderr.write(f"and {len(wrong) - SHOWN} more\n")
    sys.exit(1 if wrong else 0)
