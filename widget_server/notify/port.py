"""How a message reaches somebody: one protocol for e-mail, Telegram, webhooks and browsers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from widget_server.notify.model import Message, Target

EXCERPT = 500


@dataclass(frozen=True)
class Receipt:
    """What the receiver answered: a code of its protocol and the beginning of its words."""

    status: int | None = None
    excerpt: str | None = None


@dataclass(frozen=True)
class Address:
    """An address that was read and checked. ``name`` is what people see; ``data`` what the channel needs beside it."""

    name: str
    address: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Undelivered(Exception):
    """A message did not arrive, or nobody knows.

    Parameters
    ----------
    code : str
        Key of ``notify.problem``: what people read.
    permanent : bool
        Whether trying again is pointless.
    gone : bool
        Whether the address itself is dead: nothing more is sent there until somebody opens it again.
    wait : timedelta, optional
        How long the receiver asked us to wait.
    moved_to : str, optional
        The new address, if the receiver told it.
    """

    def __init__(
        self,
        code: str,
        receipt: Receipt | None = None,
        *,
        permanent: bool = False,
        gone: bool = False,
        wait: timedelta | None = None,
        moved_to: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.receipt = receipt or Receipt()
        self.permanent = permanent or gone
        self.gone = gone
        self.wait = wait
        self.moved_to = moved_to


class Messenger(Protocol):
    """One channel. ``send`` may be called twice for one message: it carries ``message.id`` in its own way."""

    @property
    def missing(self) -> str | None:
        """The setting that must be written before this channel works, None if it works."""

    def send(self, target: Target, message: Message) -> Receipt:
        """Hand the message over.

        Raises
        ------
        Undelivered
            Whatever went wrong.
        """
