"""Words that every site has on its button: they promise nothing, so nobody taps because of them."""

import re

# Lower case, without punctuation. The list goes to the page, which points them out while the marketer types.
TEMPLATES = (
    "звонок",
    "заказать звонок",
    "обратный звонок",
    "позвоните",
    "позвоните нам",
    "позвоните нам сегодня",
    "позвонить нам",
    "свяжитесь с нами",
    "связаться с нами",
    "напишите нам",
    "написать нам",
    "контакты",
    "call",
    "call us",
    "call us today",
    "call now",
    "contact",
    "contact us",
    "get in touch",
    "write to us",
    "request a call",
)


def is_template(words: str) -> bool:
    """Tell whether a call to action says only what every site says.

    >>> is_template("Позвоните нам!"), is_template("Узнать цену за минуту")
    (True, False)
    """
    return re.sub(r"[^\w\s]", "", words.lower()).strip() in TEMPLATES
