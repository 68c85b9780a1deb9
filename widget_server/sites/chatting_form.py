"""The part of the site's form about the chat."""

from typing import Any

from werkzeug.datastructures import MultiDict

from widget_server.edge.form import Form
from widget_server.sites.chatting import ASKED, LONGEST_QUESTION, ChatRules
from widget_server.texts import LANGUAGES

FLAGS = ("files", "consent", "away", "transcript")


def chatting_fields(rules: ChatRules) -> MultiDict[str, str]:
    """Return the fields of the page as they stand for a site."""
    shown: MultiDict[str, str] = MultiDict()
    for flag in FLAGS:
        if getattr(rules, flag):
            shown[f"chat_{flag}"] = "1"
    for name in ASKED:
        shown[f"chat_ask_{name}"] = rules.ask[name]
    for language in LANGUAGES:
        shown[f"chat_question_{language}"] = rules.question.get(language, "")
        for word, said in rules.consent_words[language].items():
            shown[f"chat_consent_{language}_{word}"] = said
    shown["chat_rating"] = rules.rating
    shown["chat_file_days"] = str(rules.file_days)
    return shown


def read_chatting(form: Form) -> dict[str, Any]:
    """Read what the settings page asks; look into ``form.errors`` before using it."""
    values = form.values
    if "chat_rating" not in values:
        return {}
    ask: Any = {name: values.get(f"chat_ask_{name}", "off") for name in ASKED}
    rating: Any = values.get("chat_rating", "stars")
    question = {one: form.text(f"chat_question_{one}", most=LONGEST_QUESTION, least=0) for one in LANGUAGES}
    words = {
        one: {word: form.text(f"chat_consent_{one}_{word}", most=500, least=0) for word in ("text", "url")}
        for one in LANGUAGES
    }
    flags = {flag: f"chat_{flag}" in values for flag in FLAGS}
    days = form.number("chat_file_days")
    rules = ChatRules(ask=ask, question=_filled(question), words=words, rating=rating, file_days=days, **flags)
    return {"chat": rules}


def _filled(question: dict[str, str]) -> dict[str, str]:
    """Where a language has no words of its own, those of another stand."""
    some = next((words for words in question.values() if words), "")
    return {language: words or some for language, words in question.items()} if some else {}
