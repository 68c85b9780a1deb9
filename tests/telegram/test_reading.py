"""What strangers write to the bot reaches the database as plain text, or the reader would trip over it for ever."""

from widget_server.telegram.model import read_update


def test_words_and_names_are_made_harmless() -> None:
    message = {"from": {"id": 1, "first_name": "An\x00na\ud800"}, "chat": {"id": 5}, "text": " /link a\x00b "}
    heard = read_update({"update_id": 1, "message": message})
    assert heard is not None
    assert (heard.user_name, heard.command) == ("Anna", ("link", "ab"))
