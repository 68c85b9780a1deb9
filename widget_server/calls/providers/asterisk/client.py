"""Asterisk's REST interface (ARI)."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError
from urllib3.util import make_headers

from widget_server.calls.providers.asterisk.events import Events, PbxError, connect
from widget_server.calls.providers.asterisk.model import Bridge

TIMEOUT = Timeout(connect=3, read=8)
# All we order carries a name of ours, so the second of two equal requests does nothing: a connection that Asterisk has
# closed meanwhile costs a second try.
AGAIN = Retry(total=1, connect=0, redirect=0, status=0, allowed_methods=None, raise_on_status=False)
DONE, THERE_ALREADY, NOT_THERE = range(200, 300), 409, 404
GONE = (400, NOT_THERE, THERE_ALREADY, 412, 422)
ARRIVES_SECONDS, LOOK_SECONDS = 2.0, 0.003
HEARD = ("StasisStart", "StasisEnd", "ChannelStateChange", "ChannelDestroyed", "ChannelDtmfReceived")
EVENTS = (*HEARD, "PlaybackFinished", "RecordingFinished", "RecordingFailed", "ApplicationReplaced")


class Ari:
    """One Asterisk. Safe for many threads.

    Parameters
    ----------
    url : str
        Of its REST interface, as in ``http://127.0.0.1:8088/ari``.
    """

    def __init__(self, url: str, user: str, password: str, app: str) -> None:
        self.url, self.app = url.rstrip("/"), app
        self._headers = make_headers(basic_auth=f"{user}:{password}")
        self._pool = PoolManager(maxsize=16, timeout=TIMEOUT)

    # --- channels -------------------------------------------------------------------------------------------------

    def create(self, channel: str, endpoint: str, arguments: str, shown: str, call_id: str = "") -> bool:
        """Make a channel; its phone rings once it is dialled. False if the phone cannot be reached.

        ``call_id`` is told to the phone, if it is one of ours.
        """
        variables = {"CONNECTEDLINE(num,i)": shown} if shown else {}
        if call_id:
            variables["PJSIP_HEADER(add,X-Widget-Call)"] = call_id
        what = {"channelId": channel, "endpoint": endpoint, "app": self.app, "appArgs": arguments}
        status = self._ask("POST", "channels/create", {**what, "variables": variables}, fine=(400, 500)).status
        return status in DONE or status == THERE_ALREADY

    def dial(self, channel: str, seconds: int) -> bool:
        """Let it ring for so long at most; False if the channel is gone."""
        return self._did_soon(f"channels/{quote(channel)}/dial", {"timeout": seconds})

    def hang_up(self, channel: str, *, elsewhere: bool = False) -> None:
        self._did("DELETE", f"channels/{quote(channel)}?reason={'answered_elsewhere' if elsewhere else 'normal'}")

    def pick(self, channel: str) -> None:
        self._did("POST", f"channels/{quote(channel)}/answer")

    def let_ring(self, channel: str) -> None:
        self._did("POST", f"channels/{quote(channel)}/ring")

    def play(self, channel: str, playback: str, media: Sequence[str]) -> bool:
        return self._did("POST", f"channels/{quote(channel)}/play/{quote(playback)}", {"media": list(media)})

    def stop_playing(self, playback: str) -> None:
        self._did("DELETE", f"playbacks/{quote(playback)}")

    def is_up(self, channel: str) -> bool:
        found = self._find(f"channels/{quote(channel)}")
        return found is not None and found["state"] == "Up"

    def exists(self, channel: str) -> bool:
        return self._find(f"channels/{quote(channel)}") is not None

    def channels(self) -> list[dict[str, Any]]:
        return list(self._get("channels"))

    def variable(self, channel: str, name: str) -> str:
        """Return a variable or function of a channel; empty if there is none."""
        found = self._find(f"channels/{quote(channel)}/variable?{urlencode({'variable': name})}", fine=(500,))
        return str(found["value"]) if found else ""

    # --- bridges --------------------------------------------------------------------------------------------------

    def open_bridge(self, bridge: str, name: str) -> bool:
        """Make a bridge; False if it is there already."""
        what = {"type": "mixing", "name": name}
        answer = self._ask("POST", f"bridges/{quote(bridge)}", what, fine=(THERE_ALREADY,), once=True)
        return answer.status in DONE

    def close_bridge(self, bridge: str) -> None:
        self._did("DELETE", f"bridges/{quote(bridge)}")

    def find_bridge(self, bridge: str) -> Bridge | None:
        found = self._find(f"bridges/{quote(bridge)}")
        return None if found is None else _bridge(found)

    def bridges(self) -> list[Bridge]:
        return [_bridge(found) for found in self._get("bridges")]

    def seat(self, bridge: str, channel: str) -> bool:
        """Put a channel into a bridge, and tell nobody there whose it is; False if one of them is gone."""
        what = {"channel": [channel], "inhibitConnectedLineUpdates": True}
        return self._did_soon(f"bridges/{quote(bridge)}/addChannel", what)

    def record(self, bridge: str, name: str) -> bool:
        what = {"name": name, "format": "wav", "ifExists": "fail"}
        return self._did("POST", f"bridges/{quote(bridge)}/record", what)

    # --- recordings -----------------------------------------------------------------------------------------------

    def recordings(self) -> list[str]:
        return [found["name"] for found in self._get("recordings/stored")]

    def recording(self, name: str) -> bytes:
        answer = self._ask("GET", f"recordings/stored/{quote(name)}/file", fine=(NOT_THERE,))
        if answer.status == NOT_THERE:
            raise LookupError(name)
        return answer.data

    def delete_recording(self, name: str) -> None:
        self._did("DELETE", f"recordings/stored/{quote(name)}")

    # --- Asterisk itself ------------------------------------------------------------------------------------------

    def version(self) -> str:
        return str(self._get("asterisk/info?only=system")["system"]["version"])

    def has_app(self) -> bool:
        """Tell whether a process of ours is connected, or was and left channels behind."""
        return self._find(f"applications/{quote(self.app)}") is not None

    def endpoint_state(self, technology: str, name: str) -> str | None:
        """Return ``online``, ``offline`` or ``unknown``; None for an endpoint that is not configured."""
        found = self._find(f"endpoints/{quote(technology)}/{quote(name)}")
        return None if found is None else str(found["state"])

    def configure(self, kind: str, name: str, values: Mapping[str, str]) -> None:
        """Write an object of ``res_pjsip`` into Asterisk's memory, over an earlier one of that name."""
        fields = [{"attribute": attribute, "value": value} for attribute, value in values.items()]
        self._ask("PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{quote(name)}", {"fields": fields})

    def listen(self) -> Events:
        """Connect, and hear only what matters.

        Raises
        ------
        PbxError
            If Asterisk does not answer.
        """
        address = f"{self.url.replace('http', 'ws', 1)}/events?app={quote(self.app)}"
        events = connect(address, self._headers["authorization"])
        wanted = {"allowed": [{"type": kind} for kind in EVENTS]}
        self._did("PUT", f"applications/{quote(self.app)}/eventFilter", wanted)
        return events

    def _did(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bool:
        """Tell whether it is done. What is gone already is no error."""
        return self._ask(method, path, body, fine=GONE).status in DONE

    def _did_soon(self, path: str, body: Mapping[str, Any]) -> bool:
        """Do something to a channel that may be so new that it has not reached our application yet.

        Done before counts as well.
        """
        until = time.monotonic() + ARRIVES_SECONDS
        while b"Stasis" in (answer := self._ask("POST", path, body, fine=GONE)).data and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        return answer.status in DONE or (answer.status == THERE_ALREADY and b"Stasis" not in answer.data)

    def _get(self, path: str) -> Any:
        return json.loads(self._ask("GET", path).data)

    def _find(self, path: str, fine: tuple[int, ...] = ()) -> dict[str, Any] | None:
        answer = self._ask("GET", path, fine=(NOT_THERE, *fine))
        found: dict[str, Any] | None = json.loads(answer.data) if answer.status in DONE else None
        return found

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        fine: tuple[int, ...] = (),
        once: bool = False,
    ) -> BaseHTTPResponse:
        """Ask; what a person must not see in a log (numbers) is in the body, never in the path."""
        retries = False if once else AGAIN
        try:
            answer = self._pool.request(method, f"{self.url}/{path}", json=body, headers=self._headers, retries=retries)
        except HTTPError as error:
            raise PbxError(f"{self.url} does not answer: {type(error).__name__}") from None
        if answer.status in (401, 403):
            raise PbxError(f"{self.url} refuses asterisk_user and asterisk_password ({answer.status})")
        if answer.status not in DONE and answer.status not in fine:
            raise PbxError(f"{method} {path.partition('?')[0]}: status {answer.status}")
        return answer


def _bridge(found: Mapping[str, Any]) -> Bridge:
    return Bridge(found["id"], found["name"], tuple(found["channels"]))
