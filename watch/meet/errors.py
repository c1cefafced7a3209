"""Why a step with a meeting could not be taken; each is told to the person as such."""


class MeetingError(Exception):
    """The step was not taken, and nothing was changed."""


class InThePast(MeetingError):  # noqa: N818 - states, not failures
    """The meeting's time has passed."""


class TooLate(MeetingError):  # noqa: N818
    """Somebody else was quicker, or the meeting is no longer in a state for the step."""


class Changed(MeetingError):  # noqa: N818
    """A colleague has saved other facts or words since the person opened the page; both are there to be seen."""


class NobodyInvited(MeetingError):  # noqa: N818
    """Nobody has joined where the meeting is meant for."""


class Marked(MeetingError):  # noqa: N818
    """The personal-data guard has marked something in its words."""


class Full(MeetingError):  # noqa: N818
    """There are not so many seats left; `left` says how many are."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class TooEarly(MeetingError):  # noqa: N818
    """The meeting has not begun."""
