"""A workbook to write into, with the options that keep texts texts and files whole."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bomtool.reports import text as texts
from bomtool.reports.atomic import Sink
from bomtool.reports.looks import FONT


@contextmanager
def new_book(path: Path, *, constant_memory: bool = False) -> Iterator[Any]:
    """An XlsxWriter workbook that is written to `path` at the end. No text in it becomes a formula, a link or a number.

    With `constant_memory` cells go to the disk as they are written, row by row.
    """
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": constant_memory,
        "in_memory": not constant_memory,  # else each part of the workbook goes through a file of its own
        "max_url_length": texts.LINK_MAX + 79,
        "default_format_properties": {"font_name": FONT, "font_size": 9},
        "default_date_format": "yyyy-mm-dd",
    }
    with Sink(path) as sink:
        book = xlsxwriter.Workbook(sink, options)
        try:
            yield book
        except BaseException:
            with contextlib.suppress(Exception):
                book.close()
            raise
        book.close()
