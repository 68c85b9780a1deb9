"""``python -m experiments``: the statistics without the server."""

import sys

from experiments.command_line import main

if __name__ == "__main__":
    sys.exit(main())
