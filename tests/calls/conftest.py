from tests.callbacks.conftest import anna, boris, desk, shop

__all__ = ["anna", "boris", "desk", "shop"]
