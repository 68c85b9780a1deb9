"""Nothing that axe-core would complain of, on any page. In short here; ``make axe`` looks at everything."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.axe import survey


def test_axe_finds_nothing(browser: Browser, tmp_path: Path) -> None:
    found = list(survey(browser, tmp_path, whole=False))
    assert [(one.view, one.how, bad) for one in found for bad in one.violations] == []
    assert all(one.passed for one in found if one.how.endswith("light"))
