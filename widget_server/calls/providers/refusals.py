"""What an operator hears who answered and does not have the call."""

from widget_server.texts import text


def refusal(language: str, code: str) -> str:
    """Return the sentence for the conflict that ``CallEvents.on_operator_answered`` raised."""
    if code == "taken":
        return text(language, "telephony.taken")
    if code == "already_talking":
        return text(language, "telephony.busy_talking")
    return text(language, "telephony.over")
