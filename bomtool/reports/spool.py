"""A sequence that is held in memory while it is short, and in a temporary file once it is long.

Reports of 200,000 lines are read and written through such sequences: what is needed of an item is decoded when it is asked
for, so that memory does not grow with their number.
"""

from __future__ import annotations

import marshal
import pickle
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, BinaryIO, TypeVar, overload

from pydantic import BaseModel

from bomtool.errors import temporary_file_failed

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

MEMORY = 1_000
"""Items that are held in memory; more go to the file, all of them."""
pack, unpack = marshal.dumps, marshal.loads
"""Plain values as bytes and back, within this process."""
_BLOCK = 32
"""Items that are read from the file at once."""
_MODEL, _PICKLE = b"m", b"p"


class Spool(Sequence[T]):
    """Append first, then read as often as needed, best in order. The file has no name and goes with the object.

    Raises WriteError where the folder of temporary files is full.
    """

    def __init__(
        self, encode: Callable[[T], bytes], decode: Callable[[bytes], T], *, memory: int | None = None
    ) -> None:
        self._encode, self._decode = encode, decode
        self._memory = MEMORY if memory is None else memory
        self._held: list[T] | None = []
        self._file: BinaryIO | None = None
        self._ends = array("Q")
        self._size = 0
        self._first = -1
        self._block: list[bytes] = []
        self._dirty = False

    @property
    def held(self) -> list[T] | None:
        """The items where they are in memory."""
        return self._held

    def append(self, item: T) -> None:
        """Add an item at the end."""
        if self._held is None:
            self._write(self._encode(item))
            return
        self._held.append(item)
        if len(self._held) > self._memory:
            held, self._held = self._held, None
            for one in held:
                self._write(self._encode(one))

    def extend(self, items: Iterable[T]) -> None:
        """Add items at the end."""
        for item in items:
            self.append(item)

    def __len__(self) -> int:
        return len(self._ends) if self._held is None else len(self._held)

    def __iter__(self) -> Iterator[T]:
        if self._held is not None:
            yield from self._held
            return
        for index in range(len(self._ends)):
            yield self._decode(self._bytes(index))

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if self._held is not None:
            return self._held[index]
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._decode(self._bytes(index))

    def _write(self, content: bytes) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="bomtool-")  # noqa: SIM115
                weakref.finalize(self, self._file.close)
            if not self._dirty:
                self._file.seek(self._size)
                self._dirty = True
            self._file.write(content)
        except OSError as error:
            raise temporary_file_failed(error) from error
        self._size += len(content)
        self._ends.append(self._size)

    def _bytes(self, index: int) -> bytes:
        if not self._first <= index < self._first + len(self._block):
            self._read(index)
        return self._block[index - self._first]

    def _read(self, index: int) -> None:
        """Read the item and those behind it."""
        assert self._file is not None
        ends = self._ends
        last = min(index + _BLOCK, len(ends))
        start = ends[index - 1] if index else 0
        try:
            self._file.seek(start)  # what was written and not yet flushed goes out first
            content = self._file.read(ends[last - 1] - start)
        except OSError as error:
            raise temporary_file_failed(error) from error
        self._dirty = False
        places = [start, *ends[index:last]]
        self._block = [content[a - start : b - start] for a, b in pairwise(places)]
        self._first = index


def of_models(model: type[M], *, memory: int | None = None) -> Spool[M]:
    """Wire models, as JSON."""

    def encode(item: M) -> bytes:
        try:
            return _MODEL + item.__pydantic_serializer__.to_json(item, by_alias=True)
        except ValueError:  # half of a surrogate pair has no place in UTF-8
            return _PICKLE + pickle.dumps(item, pickle.HIGHEST_PROTOCOL)

    def decode(content: bytes) -> M:
        if content[:1] == _PICKLE:
            loaded: M = pickle.loads(content[1:])  # noqa: S301  written by this process into a file without a name
            return loaded
        return model.model_validate_json(content[1:])

    return Spool(encode, decode, memory=memory)


def of_values(*, memory: int | None = None) -> Spool[Any]:
    """Plain values: numbers, texts, lists, tuples and dicts of them."""
    return Spool(pack, unpack, memory=memory)


def of_objects(*, memory: int | None = None) -> Spool[Any]:
    """Objects of any class of ours."""
    return Spool(lambda item: pickle.dumps(item, pickle.HIGHEST_PROTOCOL), pickle.loads, memory=memory)
