"""A bench per provider. Asterisk has its own, on a real one: tests/pbx."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.calls.providers.bench import Bench, World
from tests.calls.providers.served import served
from tests.calls.providers.simulated_bench import SimulatedBench
from tests.calls.providers.twilio_bench import TwilioBench
from tests.calls.providers.twilio_fake import ACCOUNT, NUMBER, TOKEN, Twilio
from tests.calls.providers.voximplant_bench import VoximplantBench
from tests.calls.providers.voximplant_fake import NUMBER as VOXIMPLANT_NUMBER
from tests.calls.providers.voximplant_fake import RULE, SECRET, Voximplant, key_file
from tests.cast import FakeClock
from widget_server.storage import Storage

Open = Callable[[Storage, FakeClock], AbstractContextManager[Bench]]


@contextmanager
def simulated(storage: Storage, clock: FakeClock) -> Iterator[Bench]:
    yield SimulatedBench(World(storage, clock, {}, "console"))


@contextmanager
def twilio(storage: Storage, clock: FakeClock) -> Iterator[TwilioBench]:
    provider = Twilio(clock)
    with served(provider.answer) as url:
        account = {"twilio_account": ACCOUNT, "twilio_token": TOKEN, "twilio_number": NUMBER, "twilio_url": url}
        phones = {"twilio_phones": "sip:{address}@shop.sip.twilio.com"}
        yield TwilioBench(World(storage, clock, {"telephony": "twilio", **account, **phones}, "phone"), provider)


@contextmanager
def voximplant(storage: Storage, clock: FakeClock) -> Iterator[VoximplantBench]:
    provider = Voximplant()
    with TemporaryDirectory() as folder, served(provider.answer) as url:
        provider.url = url
        account = {"voximplant_secret": SECRET, "voximplant_number": VOXIMPLANT_NUMBER, "voximplant_rule": RULE}
        place = {"voximplant_url": f"{url}/platform_api", "voximplant_key": key_file(Path(folder))}
        world = World(storage, clock, {"telephony": "voximplant", **account, **place}, "phone")
        bench = VoximplantBench(world, provider)
        try:
            yield bench
        finally:
            for session in bench.sessions:
                session.close()


CLOUD: dict[str, Open] = {"twilio": twilio, "voximplant": voximplant}
BENCHES: dict[str, Open] = {"simulated": simulated, **CLOUD}
