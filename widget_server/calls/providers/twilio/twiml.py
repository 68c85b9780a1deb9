"""What Twilio is told to do with a call, as TwiML. Pure.

>>> response(say("ru", "Вам звонят & ждут"), hang_up())
'<?xml version="1.0" encoding="UTF-8"?><Response><Say language="ru-RU">Вам звонят &amp; ждут</Say><Hangup/></Response>'
"""

import re
from xml.sax.saxutils import escape, quoteattr

LANGUAGES = {"ru": "ru-RU", "en": "en-US"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def response(*parts: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{_tag("Response", "".join(parts))}'


def say(language: str, words: str) -> str:
    """Speak; nothing for no words."""
    return _tag("Say", _text(words), language=LANGUAGES.get(language, LANGUAGES["en"])) if words else ""


def ask_for_digit(action: str, seconds: int, *parts: str) -> str:
    """Speak while one key is waited for; without one, what follows goes on."""
    return _tag("Gather", "".join(parts), input="dtmf", numDigits="1", timeout=str(seconds), action=action)


def dial_number(number: str, shown: str, ring_seconds: int, action: str, screen: str | None, status: str) -> str:
    """Dial and join. ``screen`` speaks to whoever answers before they are joined; ``status`` hears every step."""
    events = {"statusCallbackEvent": "initiated answered completed", "statusCallback": status}
    asked = {"url": screen} if screen else {}
    inner = _tag("Number", _text(number), **asked, **events)
    return _tag("Dial", inner, callerId=shown, timeout=str(ring_seconds), action=action)


def wait_in_room(name: str, action: str, status: str) -> str:
    """Hear music until somebody ``join_room``s; ``status`` hears who leaves."""
    events = {"statusCallbackEvent": "leave", "statusCallback": status}
    return _room(name, action, startConferenceOnEnter="false", endConferenceOnExit="true", beep="false", **events)


def join_room(name: str, action: str) -> str:
    return _room(name, action, startConferenceOnEnter="true", endConferenceOnExit="true", beep="false")


def pause(seconds: int) -> str:
    return _tag("Pause", length=str(seconds))


def redirect(url: str) -> str:
    return _tag("Redirect", _text(url))


def hang_up() -> str:
    return _tag("Hangup")


def reject() -> str:
    """Refuse a call that comes in; nobody pays for it."""
    return _tag("Reject")


def _room(name: str, action: str, **attributes: str) -> str:
    return _tag("Dial", _tag("Conference", _text(name), **attributes), action=action)


def _tag(name: str, inner: str = "", **attributes: str) -> str:
    opening = "".join(f" {key}={quoteattr(_NOT_XML.sub('', value))}" for key, value in attributes.items())
    return f"<{name}{opening}>{inner}</{name}>" if inner else f"<{name}{opening}/>"


def _text(words: str) -> str:
    return escape(_NOT_XML.sub("", words))
