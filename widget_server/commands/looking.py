"""``check-config``, ``openapi``: they only look."""

import argparse
import json
from dataclasses import asdict

from sqlalchemy import make_url

from widget_server.api.openapi import document
from widget_server.settings import load_settings

SECRETS = ("imap_url", "mail_replies_secret", "asterisk_password", "twilio_token", "voximplant_secret")


def check_config(_args: argparse.Namespace) -> None:
    settings = load_settings()
    shown = asdict(settings) | {
        "secret_key": "(set)" if settings.secret_key else "(made on first use)",
        "public_url": settings.url,
        "database_url": make_url(settings.database).render_as_string(hide_password=True),
        "smtp_url": make_url(settings.smtp_url).render_as_string(hide_password=True) if settings.smtp_url else "",
        "telegram_bot_token": "(set)" if settings.telegram_bot_token else "",
        "redis_url": make_url(settings.redis_url).render_as_string(hide_password=True) if settings.redis_url else "",
    }
    for name in SECRETS:
        shown[name] = "(set)" if shown[name] else ""
    for name, value in shown.items():
        print(f"{name} = {str(value).lower() if isinstance(value, bool) else value}".rstrip())


def print_openapi(_args: argparse.Namespace) -> None:
    print(json.dumps(document(), ensure_ascii=False, indent=1))
