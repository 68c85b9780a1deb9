"""A telephony that carries out nothing, to be told apart from by a test's own."""

from collections.abc import Mapping

from widget_server.calls.port import DialOrder, Listener, ProviderCall, RingOrder
from widget_server.jobs.model import Handler


class QuietTelephony:
    """Every order is lost."""

    def ring_operators(self, order: RingOrder) -> None: ...

    def dial_visitor(self, order: DialOrder) -> None: ...

    def join(self, call_id: str, operator_id: str) -> None: ...

    def hang_up(self, call_id: str) -> None: ...

    def find(self, call_id: str) -> ProviderCall | None:
        return None

    def recording(self, reference: str) -> bytes:
        raise LookupError(reference)

    def delete_recording(self, reference: str) -> None: ...

    def listen(self) -> Listener | None:
        return None

    def handlers(self) -> Mapping[str, Handler]:
        return {}
