"""Does the engine keep its promises? Every one counted on simulated sites, or worked out exactly."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from experiments import calibration_families, calibration_intervals, calibration_looks, calibration_values
from experiments.measurement import Measurement, Part

PARTS: tuple[Part, ...] = (
    calibration_looks.watched_error,
    calibration_looks.watched_coverage,
    calibration_looks.power,
    calibration_looks.planned,
    calibration_looks.twenty_percent,
    calibration_intervals.one_look,
    calibration_intervals.few_conversions,
    calibration_families.split,
    calibration_families.families,
    calibration_families.segments,
    calibration_values.means,
    calibration_values.bandit,
)


def calibrate(repeats: int, seed: int = 1) -> Iterator[Measurement]:
    """Measure everything, one after the other.

    Parameters
    ----------
    repeats : int
        Simulated tests per figure; the standard error of a 5 % figure is ``.22 / sqrt(repeats)``. Figures that take
        whole reports are counted on fewer (`Measurement.repeats`), one-look figures are exact.
    seed : int
        The same seed gives the same figures.

    Yields
    ------
    Measurement
    """
    for part in PARTS:
        for measurement in part(repeats, np.random.default_rng(seed)):
            yield measurement if measurement.repeats != 1 else replace(measurement, repeats=repeats)
