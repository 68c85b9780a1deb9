"""Sound as telephones carry it."""

import io
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000  # samples a second of telephones
PASSED = 3400  # Hz: what is higher is not heard there


def for_telephones(file: Path) -> bytes:
    """Return a WAV file of any rate as telephones want it."""
    with wave.open(str(file)) as source:
        if source.getsampwidth() != 2:
            raise wave.Error("16 bit expected")
        rate, channels = source.getframerate(), source.getnchannels()
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2").reshape(-1, channels).mean(axis=1)
    return _wav(samples if rate == RATE else _resample(samples, rate))


def _resample(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Take away what telephones cannot carry, then read the curve at their rate."""
    taps = np.arange(-48, 49) * (2 * PASSED / rate)
    low_pass = np.sinc(taps) * np.hamming(taps.size)
    smooth = np.convolve(samples, low_pass / low_pass.sum(), mode="same")
    heard: NDArray[np.float64] = np.interp(np.arange(0, samples.size, rate / RATE), np.arange(samples.size), smooth)
    return heard


def _wav(samples: NDArray[np.float64]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(RATE)
        sink.writeframes(np.clip(samples, -32768, 32767).astype("<i2").tobytes())
    return file.getvalue()
