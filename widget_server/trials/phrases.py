"""Words that every site has on its button: they promise nothing, so nobody taps because of them."""

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
