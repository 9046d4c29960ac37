"""Child processes of our own Python: started apart from the user's settings, on the very code of the process that starts them.

The child imports the package from where its parent has it, even where another version is installed: a parent and a child
of two versions would not understand each other. All else is found as always, and behind that beside the package.
"""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_START = """
import sys, importlib, importlib.util
place, module, function = sys.argv[1:4]
sys.argv[1:4] = []
spec = importlib.util.spec_from_file_location("bomtool", place + "/__init__.py", submodule_search_locations=[place])
sys.modules["bomtool"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["bomtool"])
sys.path.append(place[: -len("/bomtool")])
getattr(importlib.import_module(module), function)()
"""


def command(module: str, function: str, *arguments: str) -> list[str]:
    """The command that runs a function of one of our modules in a Python of its own; `arguments` are its `sys.argv[1:]`."""
    return [sys.executable, "-I", "-c", _START, _PACKAGE.as_posix(), module, function, *arguments]
