"""Dataclasses of the BOM model as plain JSON and back, for the way between two processes.

A dataclass becomes the list of its fields; what a list, text or number stands for is taken from the type hints on the way
back, so that the other side can only ever make these classes.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: Any) -> Any:
    """A value as JSON can carry it."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    return [encode(getattr(value, field.name)) for field in dataclasses.fields(value)]


def decode(kind: type[T], value: Any) -> T:
    """The value of a type from its JSON. Raises ValueError, TypeError or ArithmeticError for what cannot be one."""
    decoder: Callable[[Any], T] = _decoder(kind)  # type: ignore[arg-type]
    return decoder(value)


@functools.cache
def _decoder(kind: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind)
    if kind is Decimal:
        return Decimal
    if origin in (Union, types.UnionType):
        (inner,) = [argument for argument in arguments if argument is not type(None)]
        some = _decoder(inner)
        return lambda value: None if value is None else some(value)
    if origin in (list, Sequence) or (origin is tuple and arguments[-1] is Ellipsis):
        item = _decoder(arguments[0])
        make = list if origin is Sequence else origin
        return lambda value: make(map(item, value))
    if origin is tuple:
        items = [_decoder(argument) for argument in arguments]
        return lambda value: tuple(item(part) for item, part in zip(items, value, strict=True))
    if origin in (dict, Mapping):
        item = _decoder(arguments[1])
        return lambda value: {str(key): item(part) for key, part in value.items()}
    return _plain


def _dataclass(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    members = [_decoder(hints[field.name]) for field in dataclasses.fields(kind)]
    return lambda value: kind(*[member(part) for member, part in zip(members, value, strict=True)])


def _plain(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        raise TypeError("a list or an object where a plain value belongs")
    return value
