"""WebKit as iPhones have it: WebKitGTK's MiniBrowser by WebDriver, on a display that nobody sees."""

import os
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browser.tabs import FIND, Tab

DRIVER = "/usr/bin/WebKitWebDriver"
BROWSERS = "/usr/lib"
SCREEN = "1440x1000x24"


class WebKitTab:
    name = "webkit"

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        driver.set_window_size(390, 900)  # its own buttons need 447 px: still a phone to the widget

    def go(self, url: str) -> None:
        self._driver.get(url)

    def run(self, function: str, *given: object) -> Any:
        return self._driver.execute_script(f"return ({function})(...arguments)", *given)

    def press(self, css: str, words: str = "") -> None:
        self.run(FIND, css, words).click()

    def keys(self, css: str, text: str) -> None:
        self.run(FIND, css, "").send_keys(text)


@contextmanager
def webkit() -> Iterator[Tab]:
    with _display() as display:
        options = Options()
        options.binary_location = str(next(Path(BROWSERS).glob("*/webkit2gtk-4.*/MiniBrowser")))
        options.add_argument("--automation")
        environment = os.environ | {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "TZ": "Europe/Moscow"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Selenium's own, inside
            driver = webdriver.WebKitGTK(options=options, service=Service(DRIVER, env=environment))
        try:
            yield WebKitTab(driver)
        finally:
            driver.quit()


@contextmanager
def _display() -> Iterator[str]:
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert running.stdout is not None
    try:
        yield ":" + running.stdout.readline().decode().strip()
    finally:
        running.terminate()
        running.wait(20)
        running.stdout.close()
