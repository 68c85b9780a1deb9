"""Where the product's own files lie: beside the packages in a checkout, inside the package in a wheel."""

from pathlib import Path

_PACKED = Path(__file__).parent / "_assets"
ROOT = _PACKED if _PACKED.is_dir() else Path(__file__).parent.parent
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
CONFIG = ROOT / "config"
