"""Streams XML through expat, safely: no document types, so no entities to blow up or fetch, and a wall clock.

`stream` gives every element to handlers. `stream_pieces` is for parts that repeat one element a hundred thousand times: expat
checks all of it without calling back, and pieces of the plainest form are taken by a pattern instead of by handlers.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]

_CHUNK = 1 << 18
_LONGEST_PIECE = 1 << 20
_DECLARATION = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml(?:[^>]*?\sencoding\s*=\s*[\"']([\w.-]+)[\"'])?[^>]*\?>)?\s*(?=<[A-Za-z])"
)
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
    parser = _parser(start, end, text, strip=strip)
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk, False)
        _in_time(until)
    parser.Parse(b"", True)


def stream_pieces(
    source: IO[bytes],
    closing: bytes,
    take: Callable[[bytes], bool],
    start: Start,
    end: End,
    text: Text,
    *,
    until: float | None = None,
) -> None:
    """`stream`, but for pieces that `take` understands: those never reach the handlers.

    A piece is what stands before an end tag `closing`. `take` sees it in the order of the file and says whether it has
    read it. It may rely on this: the text is well-formed UTF-8 without comments, CDATA sections and instructions (files
    with them go to the handlers whole), so that "<" begins a tag wherever it stands. Handlers see the rest as a
    well-formed document of its own. Raises what `stream` raises.
    """
    checker, parser = expat.ParserCreate(), _parser(start, end, text)
    _forbid_types(checker)
    kept, first, plain = b"", True, False
    while chunk := source.read(_CHUNK):
        checker.Parse(chunk, False)
        _in_time(until)
        chunk, kept = kept + chunk, b""
        plain = plain or _hides_tags(chunk, first) or len(chunk) > _LONGEST_PIECE
        first = False
        if plain:
            parser.Parse(chunk, False)
            continue
        *pieces, kept = chunk.split(closing)
        for piece in pieces:
            if not take(piece):
                parser.Parse(piece + closing, False)
    checker.Parse(b"", True)
    parser.Parse(kept, True)


def _hides_tags(chunk: bytes, first: bool) -> bool:
    """Whether "<" may stand for something else than a tag, or the bytes are not UTF-8."""
    if first:
        declared = _DECLARATION.match(chunk)
        if declared is None or (declared[1] or b"utf-8").lower() not in (b"utf-8", b"us-ascii"):
            return True
        chunk = chunk[declared.end() :]
    # One byte is sought much faster than two of which the first is everywhere.
    return (b"!" in chunk and b"<!" in chunk) or (b"?" in chunk and b"<?" in chunk)


def _in_time(until: float | None) -> None:
    if until is not None and time.monotonic() > until:
        raise UnsafeMarkup("reading it takes too long")


def _forbid_types(parser: expat.XMLParserType) -> None:
    def doctype(*_: object) -> None:
        raise UnsafeMarkup("it declares a document type, which workbooks never do")

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype


def _parser(start: Start, end: End, text: Text, *, strip: bool = True) -> expat.XMLParserType:
    """A parser that calls handlers, with the namespace prefix of the root element taken off."""
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

    parser.StartElementHandler = first
    parser.CharacterDataHandler = text
    _forbid_types(parser)
    return parser


def attribute(attributes: dict[str, str], local: str) -> str | None:
    """The value of an attribute by its local name, whatever the prefix."""
    for name, value in attributes.items():
        if name.rpartition(":")[2] == local:
            return value
    return None
