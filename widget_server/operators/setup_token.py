"""Who may run the first-run wizard: somebody at this machine, or with the link that the server printed."""

import secrets

from widget_server.settings import Settings, kept_secret, prepare_data_dir

NAME = "setup-token"
LOOPBACK = ("127.0.0.1", "::1")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def setup_token(settings: Settings) -> str:
    """Return the token of the wizard's link; made and kept on first use."""
    return kept_secret(settings, NAME, lambda: secrets.token_urlsafe(24))


def drop_setup_token(settings: Settings) -> None:
    (prepare_data_dir(settings) / NAME).unlink(missing_ok=True)


def may_set_up(settings: Settings, address: str | None, host: str, forwarded: bool, token: str) -> bool:
    """Tell whether a request may set the server up.

    The host must be a loopback name too: a page elsewhere can point its own name at 127.0.0.1.
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if address in LOOPBACK and name in LOOPBACK_HOSTS and not forwarded:
        return True
    return secrets.compare_digest(token.encode(), setup_token(settings).encode())
