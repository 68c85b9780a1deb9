"""An operator without a browser: the console's own HTTP."""

import json
import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from tests.seeding import PASSWORD
from widget_server.kernel.ids import new_id


class Desk:
    def __init__(self, url: str, name: str = "anna") -> None:
        self._url = url
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        form = {"email": f"{name}@demo.example", "password": PASSWORD, "csrf_token": self._token("/console/login")}
        self._open(f"{url}/console/login", urllib.parse.urlencode(form).encode()).close()
        self._csrf = self._token("/console/me")

    def _token(self, path: str) -> str:
        with self._open(self._url + path) as page:
            found = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
        assert found is not None
        return found[1]

    def call(self, path: str, body: object = None) -> Any:
        headers = {"X-CSRFToken": self._csrf, "Content-Type": "application/json", "Origin": self._url}
        data = None if body is None else json.dumps(body).encode()
        with self._open(urllib.request.Request(f"{self._url}/console/api{path}", data, headers)) as answer:
            return json.load(answer)

    def messages(self, conversation: str) -> list[str]:
        """Return what people said in it; what happened to the conversation has no body."""
        found = self.call(f"/conversations/{conversation}/messages?after=0")["messages"]
        return [one["body"] for one in found if one.get("body")]

    def say(self, conversation: str, words: str) -> None:
        self.call(f"/conversations/{conversation}/messages", {"client_id": new_id(), "body": words})

    def find(self, words: str) -> str | None:
        """Return the open conversation whose last message these words are."""
        open_ones = self.call("/inbox?queue=open")["conversations"]
        return next((one["id"] for one in open_ones if (one["last_message"] or {}).get("body") == words), None)

    def ringing(self) -> list[str]:
        return [one["phone"] for one in self.call("/inbox?queue=open")["callbacks"]]
