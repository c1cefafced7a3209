"""What a way of sending must offer: one class a channel, named in settings.TRANSPORTS."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from django.utils.functional import Promise

from notifications.letters import Letter


@dataclass(frozen=True, slots=True)
class Parcel:
    """One outbox row on its way: the words, and the recipient's own parts.

    `message_id` is the row's own and the same at every attempt, so that a provider or a reader can
    see a second copy for what it is. `token` is empty for a message to one person. `keys` are the sealed
    keys of a device, `shows_words` whether its preview may say what the notice is about.
    """

    row: int
    address: str
    letter: Letter
    message_id: str
    token: str = ""
    keys: bytes | memoryview | None = None
    shows_words: bool = False


class Verdict(Enum):
    """What became of a parcel.

    SENT: the provider said yes. REFUSED: a permanent no. LATER: a passing no, to be tried again after
    a growing pause and counted as an attempt. WAIT: it was not its turn, and goes back untried.
    """

    SENT = auto()
    REFUSED = auto()
    LATER = auto()
    WAIT = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one row, with a short code for why (`smtp-550`, `error`), never the provider's text.

    `blames_address` says that the refusal is about the address itself; enough of those set it aside.
    `is_gone` says that there is no such address any more, which removes it. `pause` is how long to wait.
    `provider_id` is the provider's name for what was sent, `parts` the SMS parts it was paid in.
    """

    row: int
    verdict: Verdict
    reason: str = ""
    blames_address: bool = False
    provider_id: str = ""
    parts: int = 0
    is_gone: bool = False
    pause: timedelta | None = None


class TransportAway(Exception):  # noqa: N818
    """The provider cannot be reached at all, or wants us to wait. Parcels without an outcome go back untried.

    They are due again after `pause`, or a little later when it is None.
    """

    def __init__(self, reason: str, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason, self.pause = reason, pause


class Transport(ABC):
    """Carries parcels of one channel to its provider. One is made for each run of a worker.

    `name` is what people call a channel that is not one of Trappan's own (`Endpoint.Channel`).
    """

    name: str | Promise = ""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    @abstractmethod
    def deliver(self, batch: Iterable[Parcel]) -> Iterator[Outcome]:
        """Answer for every parcel taken from `batch`, in any order, and take no more than are being sent.

        `batch` ends early when it is time to give way; what was not taken goes back to the queue. One
        parcel's trouble is its own outcome and never stops the others. Raises TransportAway when the
        provider is out of reach.
        """

    def close(self) -> None:  # noqa: B027 - most have nothing to hang up
        """Hang up; called once, when the run is over."""
