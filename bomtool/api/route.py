"""What one operation of the API is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `request` is None where no body is sent, `answer` None where none comes back (204).

    `scope` is admin where reading or writing is not enough, read where a POST changes nothing. `sends` and `gives` say
    where bytes travel instead of JSON.
    """

    number: int
    section: str
    name: str
    title: str
    method: str
    path: str
    request: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int = 200
    scope: Literal["admin", "read"] | None = None
    sends: Literal["json", "bytes"] = "json"
    gives: Literal["json", "bytes"] = "json"
