"""The settings in force: ``config/default.toml``, a file of the owner's, then ``WIDGET_*``. All errors at once."""

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from limits import parse_many as parse_limits

from widget_server.assets import CONFIG

# Telephony → the settings that it cannot do without.
TELEPHONIES: dict[str, tuple[str, ...]] = {
    "simulated": (),
    "asterisk": ("asterisk_url", "asterisk_user", "asterisk_password", "asterisk_trunk"),
    "twilio": ("twilio_account", "twilio_token", "twilio_number", "public_url"),
    "voximplant": (
        "voximplant_key",
        "voximplant_rule",
        "voximplant_secret",
        "voximplant_number",
        "public_url",
    ),
}
DURABLE = ("limit_callbacks_", "limit_numbers_")  # counted in the database: one rule may name several windows
# Settings with places that are filled in: one of the first must be there, only the second may be.
FORMS: tuple[tuple[str, set[str], set[str]], ...] = (
    ("asterisk_phones", {"address"}, {"address"}),
    ("asterisk_trunk", {"number", "digits"}, {"number", "digits"}),
    ("speech_command", {"file"}, {"file", "text", "language"}),
)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class BadSettings(Exception):
    """One or more settings cannot be used; each line says which and what to write instead."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """One value per line of ``config/default.toml``, where each is explained."""

    host: str
    port: int
    share_port: bool
    public_url: str
    data_dir: str
    database_url: str
    redis_url: str
    secret_key: str
    https: bool
    trusted_proxies: int
    telephony: str
    asterisk_url: str
    asterisk_user: str
    asterisk_password: str
    asterisk_app: str
    asterisk_phones: str
    asterisk_trunk: str
    asterisk_notice: str
    asterisk_webrtc: str
    speech_command: str
    twilio_account: str
    twilio_token: str
    twilio_number: str
    twilio_phones: str
    twilio_url: str
    voximplant_key: str
    voximplant_rule: str
    voximplant_secret: str
    voximplant_number: str
    voximplant_url: str
    promise_seconds: int
    operator_ring_seconds: int
    visitor_ring_seconds: int
    answered_after_seconds: int
    online_seconds: int
    smtp_url: str
    mail_from: str
    mail_replies: str
    mail_replies_secret: str
    imap_url: str
    telegram_bot_token: str
    telegram_url: str
    telegram_webhook: bool
    google_ads_url: str
    google_oauth_url: str
    metrika_url: str
    webhooks_private_networks: bool
    cta_file: str
    file_mb: int
    files_mb_per_visitor: int
    files_mb_per_site: int
    log_level: str
    limit_api_per_key: str
    limit_callbacks_per_visitor: str
    limit_callbacks_per_number: str
    limit_callbacks_per_address: str
    limit_callbacks_per_network: str
    limit_numbers_per_address: str
    limit_numbers_per_block: str
    limit_messages_per_visitor: str
    limit_files_per_visitor: str
    limit_files_per_address: str
    limit_hello_per_address: str
    limit_beacons_per_address: str
    limit_logins_per_account: str
    limit_logins_per_address: str

    @property
    def rings_phones(self) -> bool:
        """Tell whether operators may answer on telephones of their own, not in the console only."""
        return self.telephony != "simulated"

    @property
    def browser_phones(self) -> str:
        """Return where the PBX speaks SIP to consoles; empty if it does not."""
        return self.asterisk_webrtc if self.telephony == "asterisk" else ""

    @property
    def rings_consoles(self) -> bool:
        """Tell whether operators may answer in the console."""
        return not self.rings_phones or bool(self.browser_phones)

    @property
    def url(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{Path(self.data_dir).absolute() / 'widget.db'}"

    def signing_key(self) -> str:
        """Return the secret that signs sessions; made and kept on first use."""
        if self.secret_key:
            return self.secret_key
        return kept_secret(self, "secret", lambda: secrets.token_urlsafe(48))


def prepare_data_dir(settings: Settings) -> Path:
    path = Path(settings.data_dir)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def kept_secret(settings: Settings, name: str, make: Callable[[], str]) -> str:
    """Return the secret in the data directory's file ``name``, made on first use; only its owner may read it."""
    path = prepare_data_dir(settings) / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text().strip()


def load_settings(environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """Read all sources.

    Raises
    ------
    BadSettings
        With one line per wrong or unknown setting.
    """
    problems: list[str] = []
    values = _read_toml(CONFIG / "default.toml")
    if own := environ.get("WIDGET_CONFIG"):
        _merge(values, _read_own(own, problems), f"{own}: ", problems)
    given = {k[7:].lower(): v for k, v in environ.items() if k.startswith("WIDGET_") and k != "WIDGET_CONFIG"}
    _merge(values, given, "WIDGET_", problems)
    values.update({key: value for key, value in overrides.items() if value is not None})
    problems += _rule_problems(values)
    if problems:
        raise BadSettings(problems)
    return Settings(**values)


def _read_toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _read_own(path: str, problems: list[str]) -> dict[str, Any]:
    try:
        return _read_toml(Path(path))
    except OSError as error:
        problems.append(f"WIDGET_CONFIG={path}: cannot be read ({error.strerror})")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"WIDGET_CONFIG={path}: not TOML ({error})")
    return {}


def _merge(values: dict[str, Any], given: Mapping[str, Any], where: str, problems: list[str]) -> None:
    kinds = {field.name: field.type for field in fields(Settings)}
    for key, raw in given.items():
        name = f"{where}{key.upper() if where == 'WIDGET_' else key}"
        if key not in kinds:
            problems.append(f"{name}: there is no such setting; see config/default.toml")
            continue
        try:
            values[key] = _convert(raw, kinds[key])
        except ValueError:
            problems.append(f"{name}={raw}: expected {_expected(kinds[key])}")


def _convert(raw: Any, kind: Any) -> Any:
    if kind is bool:
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() not in words:
            raise ValueError
        return words[str(raw).lower()]
    return kind(raw)


def _expected(kind: Any) -> str:
    return {bool: "true or false", int: "a whole number"}.get(kind, "text")


def _rule_problems(values: Mapping[str, Any]) -> list[str]:
    problems = [
        f"{key}={values[key]}: expected a form like {'5/hour;20/day' if key.startswith(DURABLE) else '5/hour'}"
        for key in values
        if key.startswith("limit_") and not _is_limit(values[key], many=key.startswith(DURABLE))
    ]
    if values["telephony"] not in TELEPHONIES:
        problems.append(f"telephony={values['telephony']}: expected one of {', '.join(TELEPHONIES)}")
    missing = [name for name in TELEPHONIES.get(values["telephony"], ()) if not values[name]]
    problems += [f"{name}: telephony={values['telephony']} cannot do without it" for name in missing]
    problems += _form_problems(values)
    problems += _cta_problems(values["cta_file"])
    socket = values["asterisk_webrtc"]
    if socket and not re.fullmatch(r"wss?://[\w.-]+(:\d{1,5})?(/[\w./-]*)?", socket):
        problems.append(f"asterisk_webrtc={socket}: expected a form like wss://pbx.example.com/ws")
    if values["log_level"] not in LOG_LEVELS:
        problems.append(f"log_level={values['log_level']}: expected one of {', '.join(LOG_LEVELS)}")
    if values["telegram_webhook"] and not values["public_url"].startswith("https://"):
        problems.append("telegram_webhook: Telegram posts to https only; set public_url to the address it may use")
    problems += _mail_problems(values["smtp_url"], values["mail_from"])
    problems += _reply_problems(values)
    problems += [
        f"{key}={values[key]}: expected 1 or more" for key in values if key.startswith("file") and values[key] < 1
    ]
    if not 1 <= values["port"] <= 65535:
        problems.append(f"port={values['port']}: expected 1 to 65535")
    return problems


def _cta_problems(path: str) -> list[str]:
    try:
        _read_toml(Path(path)) if path else None
    except (OSError, ValueError) as error:
        return [f"cta_file={path}: cannot be read ({error})"]
    return []


def _form_problems(values: Mapping[str, Any]) -> list[str]:
    """Say which settings with places to fill in lack one, or have one that nothing fills."""
    problems = []
    for key, needed, known in FORMS:
        places = set(re.findall(r"\{([^{}]*)\}", values[key]))
        if values[key] and not (places & needed and places <= known):
            filled = " or ".join(sorted(f"{{{one}}}" for one in needed))
            problems.append(f"{key}={values[key]}: expected {filled} in it, and nothing else in braces")
    return problems


def _reply_problems(values: Mapping[str, Any]) -> list[str]:
    problems, box, door = [], values["imap_url"], values["mail_replies_secret"]
    if values["mail_replies"] and not re.fullmatch(r"[A-Za-z0-9._-]{1,8}@[A-Za-z0-9.-]+", values["mail_replies"]):
        problems.append("mail_replies: expected a mailbox like reply@shop.example, at most 8 letters before the @")
    if box and not re.fullmatch(r"imaps?://[^@/\s]+@[\w.-]+(:\d{1,5})?/?", box):
        problems.append("imap_url: expected a form like imaps://user:password@mail.example.com")
    if values["mail_replies"] and not (box or door):
        problems.append("mail_replies: say how answers come in, by imap_url or by mail_replies_secret")
    return problems


def _mail_problems(smtp_url: str, mail_from: str) -> list[str]:
    problems = []
    if smtp_url and not re.fullmatch(r"smtps?://([^@/\s]+@)?[\w.-]+(:\d{1,5})?/?", smtp_url):
        problems.append("smtp_url: expected a form like smtp://user:password@mail.example.com:587")
    if (smtp_url or mail_from) and not re.fullmatch(r"([^<>@\n\r]*<)?[!-;=?-~]+@[A-Za-z0-9.-]+>?", mail_from):
        problems.append(f"mail_from={mail_from}: expected a sender like Windows Plus <alerts@example.com>")
    return problems


def _is_limit(value: object, *, many: bool) -> bool:
    try:
        windows = len(parse_limits(str(value)))
    except ValueError:
        return False
    return windows == 1 or many
