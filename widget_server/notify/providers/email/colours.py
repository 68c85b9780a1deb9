"""OKLCH, in which our colours are written, as the hexadecimal sRGB that mail programs read."""

import math


def hex_of(lightness: float, chroma: float, hue: float) -> str:
    """Return the nearest sRGB colour (the formulas of Björn Ottosson's OKLab).

    >>> hex_of(1, 0, 0), hex_of(0.628, 0.2577, 29.23), hex_of(0.53, 0.165, 254)
    ('#ffffff', '#ff0000', '#086bc8')
    """
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{_byte(part):02x}" for part in linear)


def _byte(linear: float) -> int:
    part = min(max(linear, 0.0), 1.0)
    curved = 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return round(curved * 255)
