"""Property tests here are reproducible and do not watch the clock of a busy machine."""

from hypothesis import settings

settings.register_profile("experiments", deadline=None, derandomize=True)
settings.load_profile("experiments")
