"""A browser without a screen: keeps cookies, sends the CSRF token of the page it last saw."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

BEGIN_A_SESSION = ("/console/login", "/console/logout", "/console/setup", "/console/me")


class Browser:
    """Posts forms as a person does."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page = ""
        self.token = ""

    def get(self, address: str, **options: Any) -> TestResponse:
        answer = self.client.get(address, **options)
        self.page = answer.get_data(as_text=True)
        self.token = _token_in(self.page) or self.token
        return answer

    def post(self, address: str, /, **fields: Any) -> TestResponse:
        """Post a form to ``address``; the token comes from the login or password page, as any page has one."""
        self.token = self.token or self.find_token()
        answer = self.client.post(address, data={"csrf_token": self.token, **fields})
        self.page = answer.get_data(as_text=True)
        if address in BEGIN_A_SESSION:
            self.token = _token_in(self.page)
        return answer

    def find_token(self) -> str:
        for address in ("/console/me", "/console/login"):
            if found := _token_in(self.client.get(address).get_data(as_text=True)):
                return found
        raise AssertionError("no page with a form")


def _token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return found[1] if found else ""
