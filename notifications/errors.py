"""What can keep a notice from going the way that was asked for; each is told to the person in words."""


class SendingError(Exception):
    """The notice cannot go the way that was asked for."""


class NoRecipients(SendingError):  # noqa: N818 - these are states, told to the person as such
    """Nobody has joined where the notice is meant for."""


class AlreadyExpired(SendingError):  # noqa: N818
    """The notice's time has passed, or would before it leaves."""


class TooLate(SendingError):  # noqa: N818
    """The notice has left, or was never about to leave."""


class NoApprover(SendingError):  # noqa: N818
    """It needs a colleague's yes, and there is no colleague who could say it."""


class NotWaiting(SendingError):  # noqa: N818
    """It does not wait for this person's yes, or not any more."""


class Changed(SendingError):  # noqa: N818
    """Somebody has changed the notice since it was read through."""


class Overtaken(SendingError):  # noqa: N818
    """The notice it would correct or call off has been corrected or called off meanwhile."""


class TooManyForOwnWords(SendingError):  # noqa: N818
    """More people than the organisation's limit were told, so only the ready words may go without a second yes."""
