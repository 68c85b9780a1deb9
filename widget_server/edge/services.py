"""How a handler finds the service it calls: by type, from the application that the composition root filled."""

from typing import Any, TypeVar

from flask import Flask, current_app

T = TypeVar("T")


def provide(app: Flask, kind: type[T], instance: T) -> None:
    services: dict[type, Any] = app.extensions.setdefault("services", {})
    services[kind] = instance


def service(kind: type[T]) -> T:
    """Return the one instance of ``kind``."""
    found: T = current_app.extensions["services"][kind]
    return found
