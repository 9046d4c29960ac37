"""Streams XML through expat, safely: no document types, so no entities to blow up or fetch, and a wall clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]

_CHUNK = 1 << 18
_DEEPEST = 256


class UnsafeMarkup(Exception):
    """The XML declares a document type, nests too deeply or takes too long."""


def stream(
    source: IO[bytes], start: Start, end: End, text: Text, *, until: float | None = None, strip: bool = True
) -> None:
    """Feed `source` to three handlers that see names without the namespace prefix of the root element
    (all names as they stand where `strip` is false).

    `until` is a `time.monotonic()` moment. Raises UnsafeMarkup, or `expat.ExpatError` for XML that is not well-formed.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def first(name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        if prefix and strip:
            cut = len(prefix) + 1
            head = prefix + ":"
            parser.StartElementHandler = lambda n, a: start(n[cut:] if n.startswith(head) else n, a)
            parser.EndElementHandler = lambda n: end(n[cut:] if n.startswith(head) else n)
        else:
            parser.StartElementHandler = start
            parser.EndElementHandler = end
        start(local if strip else name, attributes)

    def doctype(*_: object) -> None:
        raise UnsafeMarkup("it declares a document type, which workbooks never do")

    parser.StartElementHandler = first
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk, False)
        if until is not None and time.monotonic() > until:
            raise UnsafeMarkup("reading it takes too long")
    parser.Parse(b"", True)


def attribute(attributes: dict[str, str], local: str) -> str | None:
    """The value of an attribute by its local name, whatever the prefix."""
    for name, value in attributes.items():
        if name.rpartition(":")[2] == local:
            return value
    return None
