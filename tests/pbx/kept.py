"""What a run that failed leaves for whoever looks for the reason."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def keep(logs: Mapping[str, str], results: Sequence[object]) -> str:
    """Write the logs of the programs and what the telephones saw into a folder; return a line that names it."""
    folder = Path(tempfile.mkdtemp(prefix="pbx-logs-"))
    for name, log in logs.items():
        (folder / name).write_text(log)
    (folder / "results").write_text("\n".join(map(repr, results)))
    return f"logs: {folder}"
