"""`python -m expectations`: numbers by dataset as JSON on standard input, findings as JSON on standard output.

A process of its own, because Great Expectations takes seconds to import and must not share its imports with the threads
of a build.
"""

from __future__ import annotations

import gc
import json
import sys
from dataclasses import asdict
from types import ModuleType

from kuai import catalog

from expectations.validate import prepare, validate


def main() -> None:
    """Look at the numbers that standard input holds, with the library ready before they come.

    The library would import Spark, other databases and statistics, and never use them here.
    """
    gc.disable()  # a third of the time of the imports, and the process ends before there is any garbage
    for name in ("pyspark", "sqlalchemy"):
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails from now on
    sys.modules["scipy.stats"] = ModuleType("scipy.stats")  # the library insists on this one
    prepare()
    numbers = json.load(sys.stdin)
    findings = validate([(catalog.contract(name), values) for name, values in sorted(numbers.items())])
    json.dump([asdict(finding) for finding in findings], sys.stdout)


if __name__ == "__main__":
    main()
