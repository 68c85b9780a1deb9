"""What the made-up people of the demo shop read, write and come from."""

from collections.abc import Mapping

from widget_server.chat.model import Author

HOME = ("/", "Окна Плюс — окна и балконы с установкой")
PAGES = (
    HOME,
    ("/windows", "Пластиковые окна — цены"),
    ("/balcony", "Остекление балконов под ключ"),
    ("/prices", "Цены и рассрочка"),
    ("/contacts", "Контакты и замер"),
    ("/works", "Наши работы"),
)
# (utm, referrer, share)
SOURCES: tuple[tuple[Mapping[str, str], str | None, float], ...] = (
    ({"source": "yandex", "medium": "cpc", "campaign": "okna-moskva"}, "https://yandex.ru/", 0.31),
    ({}, "https://yandex.ru/", 0.22),
    ({"source": "google", "medium": "cpc", "campaign": "windows"}, "https://www.google.com/", 0.13),
    ({}, None, 0.14),
    ({"source": "vk", "medium": "social", "campaign": "balcony"}, "https://vk.com/", 0.11),
    ({"source": "2gis", "medium": "maps"}, "https://2gis.ru/", 0.06),
    ({"source": "email", "medium": "email", "campaign": "winter"}, None, 0.03),
)
NAMES = ("Ирина", "Павел", "Светлана", "Андрей", "Наталья", "Дмитрий", "Елена", "Сергей", "Марина", "Олег", "Татьяна")
TALKS: tuple[tuple[tuple[Author, str], ...], ...] = (
    (
        ("visitor", "Здравствуйте. Сколько стоит окно в спальню, 1,4 на 1,5 метра?"),
        ("operator", "Добрый день. Двухстворчатое с установкой и откосами — 27 800 ₽."),
        ("visitor", "А когда сможете замерить?"),
        ("operator", "Завтра с 10 до 14 или послезавтра после 16. Как вам удобнее?"),
        ("visitor", "Завтра в 11."),
        ("operator", "Записала. Замерщик позвонит за полчаса."),
    ),
    (
        ("visitor", "Остекление балкона 3 метра, холодное. Сколько?"),
        ("operator", "Раздвижные алюминиевые створки — от 41 000 ₽ с монтажом."),
        ("visitor", "Спасибо, подумаю"),
    ),
    (
        ("visitor", "Рассрочка есть?"),
        ("operator", "Да, до 12 месяцев без переплаты."),
        ("visitor", "Какие документы нужны?"),
        ("operator", "Только паспорт. Оформим при замере."),
    ),
    (("visitor", "Вы работаете по области? Мытищи"), ("operator", "Да, выезд замерщика в Мытищи бесплатный.")),
    (("visitor", "Здравствуйте, не закрывается створка, сможете отрегулировать?"),),
)
EXPERIMENTS = {
    "words": ("Призыв: цена за минуту", "Как сейчас", "Цена за минуту"),
    "nothing": ("Обещание: бесплатно или без ожидания", "Как сейчас", "Без ожидания"),
    "split": ("Номер: 8-800 или городской", "8-800", "Городской"),
    "small": ("Место: справа или слева", "Справа", "Слева"),
}
WORDS = {
    "words": {
        "ru": {"cta": "Узнать цену за минуту", "promise": "Перезвонит мастер, без навязывания"},
        "en": {"cta": "Get a price in a minute", "promise": "A fitter calls you, no pressure"},
    },
    "nothing": {
        "ru": {"cta": "Перезвонить вам?", "promise": "Ответим сразу, без ожидания"},
        "en": {"cta": "Shall we call you?", "promise": "We answer at once, no waiting"},
    },
}
