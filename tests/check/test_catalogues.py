"""What makes a catalogue unfit to go out."""

import io

from babel.messages.pofile import read_po

from tests.check.catalogues import problems

HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def found(entries, *, complete=True):
    catalogue = read_po(io.BytesIO((HEAD + entries).encode()), locale="sv")
    return [problem.split(":")[0] for problem in problems(catalogue, complete=complete)]


def test_a_guess_is_refused():
    assert found('#, fuzzy\nmsgid "Notices"\nmsgstr "Anslag"\n') == ["fuzzy"]


def test_a_lost_placeholder_is_refused():
    assert len(found('#, python-format\nmsgid "%(n)d flats"\nmsgstr "lägenheter"\n')) == 1


def test_a_hole_is_refused_only_where_the_language_must_be_complete():
    assert found('msgid "Notices"\nmsgstr ""\n') == ["not translated"]
    assert found('msgid "Notices"\nmsgstr ""\n', complete=False) == []


def test_a_whole_catalogue_is_fine():
    plural = (
        'msgid "%(n)d flat"\nmsgid_plural "%(n)d flats"\nmsgstr[0] "%(n)d lägenhet"\nmsgstr[1] "%(n)d lägenheter"\n'
    )
    assert found('msgid "Notices"\nmsgstr "Anslag"\n\n#, python-format\n' + plural) == []
