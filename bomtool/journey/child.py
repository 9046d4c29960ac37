"""The child process that reads BOM files for a long-lived process: one JSON line in, one JSON line out, until the input
ends.

A hostile file may take any time or memory, or crash a parser; here it takes down nothing but this process.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bomtool import __version__
from bomtool.errors import BomtoolError, ReadError
from bomtool.journey.codec import encode


def main() -> None:
    """Answer requests; argv holds the bytes of memory this process may take."""
    _bound_memory(int(sys.argv[1]))
    out = sys.stdout
    sys.stdout = sys.stderr  # nothing but answers may reach the parent
    for line in sys.stdin.buffer:
        out.write(json.dumps({"version": __version__, **_answer(json.loads(line))}) + "\n")
        out.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    from bomtool.journey.reading import read_file

    try:
        _, bom = read_file(Path(request["path"]), **request["reading"], **request["names"])
        return {"bom": encode(bom)}
    except MemoryError:
        return {"error": {"kind": "memory"}}
    except BomtoolError as error:
        told: dict[str, Any] = {"kind": "usage", **error.to_json()}
        if isinstance(error, ReadError):
            told |= {"kind": "read", "sheet": error.sheet, "row": error.row, "column": error.column}
        return {"error": told}
    except Exception as error:
        return {"error": {"kind": "defect", "message": f"{type(error).__name__}: {error}"[:500]}}


def _bound_memory(limit: int) -> None:
    """Bound the address space where the system can (Linux); elsewhere the parent watches."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return
