"""A JSON object read from a file piece by piece: the items of its long lists one by one, whatever else as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from bomtool.errors import PlatformError

_CHUNK = 1 << 16
_SPACE = re.compile(r"[ \t\n\r]*")


def members(
    file: BinaryIO, lists: Mapping[str, Callable[[Any], object]], clean: Callable[[str], str]
) -> dict[str, Any]:
    """The members of the object in `file`. Items of the lists named in `lists` go to their function in their order, and
    their member is an empty list.

    `clean` is applied to every text that is decoded. Raises PlatformError for what is no JSON object.
    """
    reader = _Reader(file, clean)
    try:
        found: dict[str, Any] = {}
        reader.expect("{")
        for name in reader.names():
            take = lists.get(name)
            if take is not None and reader.peek() == "[":
                for item in reader.items():
                    take(item)
                found[name] = []
            else:
                found[name] = reader.value()
        if reader.peek():
            raise ValueError("text behind the object")
    except (ValueError, RecursionError) as error:
        raise PlatformError(
            f"The platform's answer is not the JSON it should be ({error}).",
            hint="Is BOMTOOL_API_URL the address of a Platform API, and is no login page or proxy in between?",
            code="not-json",
        ) from None
    return found


class _Reader:
    """Text of the file with the place that is read next."""

    def __init__(self, file: BinaryIO, clean: Callable[[str], str]) -> None:
        import codecs

        self._file, self._clean = file, clean
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._decoder = json.JSONDecoder(parse_constant=_no_constant)
        self._text = ""
        self._at = 0
        self._ended = False
        file.seek(0)

    def peek(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, character: str) -> None:
        """Step over a character. Raises ValueError where there is another one."""
        found = self.peek()
        if found != character:
            raise ValueError(f"{character!r} is missing" if found else "it ends too early")
        self._at += 1

    def value(self) -> Any:
        """The next value. One that ends with the text so far may go on behind it."""
        self.peek()
        wanted = _CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more(wanted):
                    raise
            else:
                goes_on = self._text[end : end + 1] in ("", ".", "e", "E")  # so far it is 1, and then 1.5
                if not goes_on or not self._more(wanted):
                    text = self._text[self._at : end]
                    cleaned = self._clean(text)
                    self._at = end
                    return value if cleaned is text or cleaned == text else json.loads(cleaned)
            wanted *= 2  # a long value is not tried again for every few bytes

    def names(self) -> Iterator[str]:
        """The names of the object's members; each value is read by whoever asks for the next name."""
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise ValueError("a name is missing")
            name = self.value()
            self.expect(":")
            yield name
            if self._comma("}"):
                return

    def items(self) -> Iterator[Any]:
        """The items of the list that begins here."""
        self.expect("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if self._comma("]"):
                return

    def _comma(self, end: str) -> bool:
        """Step over a comma, or over the end."""
        if self.peek() == end:
            self._at += 1
            return True
        self.expect(",")
        return False

    def _more(self, size: int = 0) -> bool:
        """Read on; what was read already is forgotten. False at the end of the file."""
        if self._ended:
            return False
        content = self._file.read(size or _CHUNK)
        self._ended = not content
        self._text = self._text[self._at :] + self._utf8.decode(content, final=self._ended)
        self._at = 0
        return True


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
