"""Checks an exported trail with programs that no one here wrote, and has the trail refuse what they made wrongly.

    python tests/interop/check.py target/tmp

`cargo test --test trail_export` writes what is read here: `trail-777` (a trail as it is exported, and beside it in
`interop.json` what our side says of it) and `documents/documents.jsonl`. Each check returns what it counted; the first
disagreement ends the run with its place.
"""

import sys
import time
from pathlib import Path

from accepted import documents, envelopes, receipt, signatures, statements, tree, withheld
from exported import Disagreement, Export
from refused import refused

CHECKS = [envelopes, statements, tree, receipt, withheld, signatures, documents, refused]


def main():
    folder = Path(sys.argv[1])
    export = Export(folder)
    for check in CHECKS:
        start = time.monotonic()
        try:
            counted = check(export)
        except Disagreement as disagreement:
            sys.exit(f"{check.__name__}: {disagreement}")
        print(f"{check.__name__}: {counted} ({time.monotonic() - start:.1f} s)")


if __name__ == "__main__":
    main()
