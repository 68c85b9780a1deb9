"""Who may run the first-run wizard: whoever has the link that the server printed at its start."""

import secrets

from widget_server.settings import Settings, kept_secret, prepare_data_dir

NAME = "setup-token"


def setup_token(settings: Settings) -> str:
    """Return the token of the wizard's link; made and kept on first use."""
    return kept_secret(settings, NAME, lambda: secrets.token_urlsafe(24))


def drop_setup_token(settings: Settings) -> None:
    (prepare_data_dir(settings) / NAME).unlink(missing_ok=True)


def may_set_up(settings: Settings, token: str) -> bool:
    """Tell whether this is the token of the printed link.

    Nothing else is asked: behind a proxy every request comes from loopback, so where it comes from proves nothing.
    """
    return secrets.compare_digest(token.encode(), setup_token(settings).encode())
