"""Generated requests against every operation, right ones and wrong ones: a short run of scripts/long/fuzz_api.py."""

from __future__ import annotations

import os

from tests.contract.fuzzing import Fuzz

EXAMPLES = int(os.environ.get("BOMTOOL_FUZZ_EXAMPLES", "2"))
SEED = int(os.environ.get("BOMTOOL_FUZZ_SEED", "1"))


def test_every_operation_keeps_to_its_description(tmp_path):
    fuzz = Fuzz(tmp_path)
    try:
        # Most of the time goes into making ready to generate: here each operation that changes gets one kind of request,
        # and one in four of those that read.
        reading = [name for name, operation in fuzz.operations.items() if operation.method == "get"]
        skipped = {name for number, name in enumerate(reading) if (number + SEED) % 4}
        found = {
            name: fuzz.run(name, EXAMPLES, SEED, right=(number + SEED) % 3 > 0, wrong=(number + SEED) % 3 == 0)
            for number, name in enumerate(fuzz.operations)
            if name not in skipped
        }
    finally:
        fuzz.close()
    assert [told for out in found.values() for told in out.failures] == []
    assert not [name for name, out in found.items() if any(status >= 500 for status in out.statuses)]
    assert sum(out.examples > 0 for out in found.values()) > 0.9 * len(found)
    succeeded = sum(any(status < 300 for status in out.statuses) for out in found.values())
    assert succeeded > len(found) / 2, "most operations are reached, not only refused"
