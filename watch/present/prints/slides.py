"""Slides for a meeting: what grannsamverkan is, in any of the site's languages, with the public pages' own words."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from watch.present.prints.parts import Qr, Said, emergency, qr, said, site_link, typed_link
from watch.present.prints.press import Print


@dataclass(frozen=True, kw_only=True)
class Slides(Print):
    """Pages of 16 to 9, one thing said on each."""

    TEMPLATE: ClassVar = "slides.typ"
    page: Said
    qr: Qr


def slides(language: str) -> Slides:
    """The slides in a language."""
    with override(language):
        title = _("What neighbourhood watch is")
    return Slides(title=title, language=language, page=said(language, _words), qr=qr(site_link("join:enter")))


def _words() -> dict[str, object]:
    return {
        "title": _("Neighbourhood watch in your stairwell"),
        "lead": _("Neighbours look out for each other, and the police, the city and the landlord help."),
        "what": {
            "heading": _("In a house with flats"),
            "lines": [
                _(
                    "Grannsamverkan is the Swedish name for neighbourhood watch. In a house with flats it works "
                    "stairwell by stairwell."
                ),
                _(
                    "Neighbours who know each other notice more and help each other more. That makes it harder to "
                    "break in, and nicer to live there."
                ),
            ],
            "never": _("Nobody patrols. Nobody steps in. Nobody keeps watch on a person."),
        },
        "starts": _starts(),
        "households": _households(),
        "contacts": _contacts(),
        "helpers": {"heading": _("Who does what"), "who": _helpers()},
        "results": _results(),
        "questions": {"heading": _("Questions and answers"), "pairs": _questions()},
        "join": _join(),
        "call": {"heading": _("Whom to call"), "numbers": emergency()},
        "not_here": _("You cannot report a crime in Trappan. Call instead."),
    }


def _starts() -> dict[str, object]:
    return {
        "heading": _("How it starts"),
        "steps": [
            (_("Somebody asks"), _("A tenant or the landlord calls the police on 114 14.")),
            (_("You hear about it"), _("There is a meeting, or somebody knocks on the doors.")),
            (
                _("Neighbours offer to help"),
                _("One or two in each stairwell become contacts, and the police train them."),
            ),
            (_("It begins"), _("You meet together with the police. After that the signs go up.")),
        ],
    }


def _households() -> dict[str, object]:
    return {
        "heading": _("Each household"),
        "lines": [
            _("says hello in the stairs and notices what is not as usual"),
            _("tells a neighbour when nobody is at home"),
            _("locks, and takes care of what is dear"),
            _("calls 112 in danger, and 114 14 when it can wait"),
        ],
    }


def _contacts() -> dict[str, object]:
    return {
        "heading": _("Contacts"),
        "doing": _("What I do"),
        "not_doing": _("What I never do"),
        "lead": _("A contact is a neighbour who helps in the stairwell. It takes about a quarter of an hour a month."),
        "does": [
            _("Put up notices and welcome new neighbours"),
            _("Ask how things are, and listen"),
            _("Call when something happens, as everybody does"),
        ],
        "never": [_("Step in or confront anybody"), _("Watch people, film or write down who comes and goes")],
        "stop": _("You can stop today, with one press, and need not say why."),
    }


def _helpers() -> list[tuple[str, list[str]]]:
    return [
        (
            _("The police"),
            [
                _("answer for neighbourhood watch here"),
                _("train the contacts and come to meetings"),
                _("tell you what has happened and what you can do"),
            ],
        ),
        (
            _("The landlord"),
            [
                _("mends locks, lamps and doors"),
                _("lends rooms and boards, and says yes to signs"),
                _("invites to meetings"),
            ],
        ),
        (
            _("The city"),
            [
                _("helps to start and keeps it going"),
                _("looks after parks, paths and lighting"),
                _("holds meetings together with the police"),
            ],
        ),
    ]


def _results() -> dict[str, object]:
    return {
        "heading": _("Does it help?"),
        "lead": _("Often, but not always. This is what others have seen."),
        "groups": [
            {
                "heading": _("In many places"),
                "figures": [
                    ("−16 %", _("counted in one way")),
                    ("−26 %", _("counted in another")),
                ],
                "source": _("Brå 2008: an overview of 36 studies of neighbourhood watch."),
            },
            {
                "heading": _("In houses with flats"),
                "figures": [("−37 %", _("the higher figure")), ("−23 %", _("the lower figure"))],
                "source": _(
                    "Brå and the police: the guide “Grannsamverkan i flerfamiljshus”, about houses with flats."
                ),
            },
        ],
        "caution": _("These are averages. In some places it helped more, and in some it did not help."),
    }


def _questions() -> list[tuple[str, str]]:
    return [
        (
            _("What do I promise?"),
            _("Nothing. You get notices, and you do what you want and can. You leave with one press."),
        ),
        (
            _("Who gets to know that I have joined?"),
            _(
                "Your landlord and the stairwell's contact, for they say who lives there. Others see numbers only. "
                "Neighbours do not see that you have joined."
            ),
        ),
        (
            _("Must I give my real name?"),
            _("No. Choose any name. We never ask for your personal identity number."),
        ),
        (
            _("I have no smartphone. Can I take part?"),
            _(
                "Yes. SMS is enough. Notices also stand on the board in the stairwell, and staff can sign you up on "
                "paper."
            ),
        ),
    ]


def _join() -> dict[str, object]:
    return {
        "heading": _("How you join"),
        "steps": [
            _("Point your phone's camera here. You need the code from the poster in your stairwell."),
            _("You choose your language, and what we call you."),
            _("Then notices come. You choose how, and when it should be quiet."),
        ],
        "link": typed_link(),
        "needs": _(
            "You need an e-mail address or a mobile number. No password, no personal identity number, and any name "
            "you like."
        ),
    }
