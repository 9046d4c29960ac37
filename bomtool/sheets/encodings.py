"""Bytes become text: byte order mark, UTF-16 by its NULs, strict UTF-8, then a judged guess that is always named."""

from __future__ import annotations

import codecs
import csv
import functools
import re
from dataclasses import dataclass

from bomtool import data as shipped
from bomtool.errors import ReadError
from bomtool.findings import Findings

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BY_WORDS = ("gb18030", "cp932", "big5", "euc_jp", "euc_kr", "cp1251", "koi8_r", "cp1250", "cp1252")
"""Encodings that header words may prove, the strict ones first."""
_WESTERN = frozenset("µ°±²³·×÷½¼¾®©™§–—‘’“”•…«»€£äöüÄÖÜßéèêëàâáíìîïóòôõúùûçñåøæÅØÆÉÈÀÁÍÓÚÇÑ¿¡\xa0¹º¨´œŒ")
_DOS = re.compile(rb"\d[ ]?[\xe6][FHAVsm]|\d[ ]?[kKM]?\xea(?![A-Za-z\x80-\xff])|[0-9]\xf8C|\xf1[0-9]")
_SIGNS = re.compile("[µ°±²³×®™½¼–—·’‘“”\xa0§€£•…]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the name of the encoding, and whether it is certain."""

    text: str
    encoding: str
    certain: bool = True


def decode(raw: bytes, name: str, findings: Findings, forced: str | None = None) -> Decoded:
    """The text of a file. Adds a finding where the encoding is a guess or where single bytes do not fit.

    Raises ReadError where a forced encoding is unknown or does not fit, naming line and column of the first bad byte.
    """
    if forced:
        return _forced(raw, name, forced)
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _marked(raw, encoding, findings)
    if b"\x00" in raw[:4096]:
        sample = raw[:4096]
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        if max(odd, even) > 8 * min(odd, even) + len(sample) // 5:
            return _marked(raw, "utf-16-le" if odd > even else "utf-16-be", findings)
    if raw.isascii():
        return Decoded(raw.decode("ascii"), "ascii")
    try:
        return Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    found = _damaged_utf8(raw, findings) or _guess(raw)
    if found.encoding == "utf-8":
        return found
    sure = "the bytes fit nothing else as well" if found.certain else "it is a guess"
    findings.add(
        "encoding-guessed",
        f"The text was read as {found.encoding}; the file does not say so, {sure}.",
        severity="info" if found.certain else "warning",
    )
    return found


def _forced(raw: bytes, name: str, forced: str) -> Decoded:
    try:
        encoding = codecs.lookup(forced).name
    except LookupError:
        raise ReadError(
            f"{forced!r} is not the name of an encoding.",
            hint="Name one that Python knows: utf-8, cp1252, gb18030, cp932, big5, utf-16.",
            code="encoding-unknown",
        ) from None
    try:
        return Decoded(raw.decode(encoding).removeprefix("\ufeff"), encoding)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        line, column = _position(raw, start)
        raise ReadError(
            f"{name} is not {encoding}: the byte 0x{raw[start]:02x} in line {line}, column {column} does not fit.",
            hint="Leave the encoding out to have it detected, or name another one.",
            code="encoding-wrong",
            row=line,
            column=column,
        ) from None
    except (TypeError, ValueError, AttributeError, AssertionError):
        raise ReadError(
            f"{forced!r} does not turn bytes into text.",
            hint="Name utf-8, cp1252, gb18030, ...",
            code="encoding-unknown",
        ) from None


def _marked(raw: bytes, encoding: str, findings: Findings) -> Decoded:
    """Text whose encoding is proven by a mark; what does not fit becomes the replacement sign, with a finding."""
    try:
        return Decoded(raw.decode(encoding).removeprefix("\ufeff"), encoding)
    except UnicodeDecodeError as error:
        text = raw.decode(encoding, "replace").removeprefix("\ufeff")
        line = text.count("\n", 0, max(0, text.find("\ufffd"))) + 1
        findings.add("bytes-damaged", f"Bytes from position {error.start} on do not fit {encoding}.", row=line)
        return Decoded(text, encoding, certain=False)


def _damaged_utf8(raw: bytes, findings: Findings) -> Decoded | None:
    """UTF-8 with a few foreign bytes in it: those are read as cp1252, and the first one is pointed at."""
    good = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", raw))
    text = raw.decode("utf-8", "surrogateescape")
    bad = len(re.findall("[\udc80-\udcff]", text))
    if not bad or good < 2 * bad:
        return None
    at = next(i for i, sign in enumerate(text) if "\udc80" <= sign <= "\udcff")
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    byte = ord(text[at]) - 0xDC00
    repaired = re.sub("[\udc80-\udcff]", lambda hit: bytes([ord(hit[0]) - 0xDC00]).decode("cp1252", "replace"), text)
    findings.add(
        "bytes-damaged",
        f"The text is UTF-8, but {bad} byte{'s do' if bad > 1 else ' does'} not fit, the first one (0x{byte:02x}) in "
        f"line {line}, column {column}; read as {bytes([byte]).decode('cp1252', 'replace')!r}.",
        row=line,
    )
    return Decoded(repaired, "utf-8", certain=False)


def _guess(raw: bytes) -> Decoded:
    """The encoding of text that is not UTF-8: header words prove one, else the Western rule, else a detector."""
    if _DOS.search(raw) and not re.search(rb"[\x80-\x9f\xe4\xf6\xfc\xb5\xb0]", raw):
        return Decoded(raw.decode("cp437"), "cp437", certain=False)
    western = _western(raw)
    if western is not None and western.certain:
        return western
    best: tuple[int, str, str] | None = None
    for encoding in _BY_WORDS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        hits = len(set(_words().findall(text.casefold()))) if encoding != "cp1252" else 0
        if hits and (best is None or hits > best[0]):
            best = (hits, encoding, text)
    if best is not None and (western is None or best[0] >= 2):
        return Decoded(best[2], best[1], certain=best[0] >= 2)
    if western is not None:
        return western
    return _detected(raw)


def _western(raw: bytes) -> Decoded | None:
    """cp1252 where the high bytes stand alone, as micro signs, degrees and umlauts do; None where they come in runs."""
    high = re.findall(rb"[\x80-\xff]+", raw)
    if not high:
        return None
    try:
        text, encoding = raw.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return None
    signs = [sign for sign in text if ord(sign) > 127]
    fitting = sum(sign in _WESTERN for sign in signs) / len(signs)
    alone = sum(len(run) == 1 for run in high) / len(high)
    if fitting < 0.9 or alone < 0.6:
        return None
    return Decoded(text, encoding, certain=fitting == 1.0 and alone > 0.8)


def _detected(raw: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:262144]).best()
    for encoding in ([best.encoding] if best is not None else []) + ["cp1252"]:
        try:
            return Decoded(raw.decode(encoding), encoding, certain=False)
        except (UnicodeDecodeError, LookupError):
            continue
    return Decoded(raw.decode("latin-1"), "latin-1", certain=False)


def _position(raw: bytes, at: int) -> tuple[int, int]:
    """Line and column (1-based, in bytes) of an offset."""
    return raw.count(b"\n", 0, at) + 1, at - raw.rfind(b"\n", 0, at)


@functools.cache
def _words() -> re.Pattern[str]:
    """Header words outside ASCII, from `templates/encoding_words.csv`, as one pattern."""
    with shipped.template("encoding_words.csv").open(encoding="utf-8", newline="") as file:
        words = sorted({row["word"].casefold() for row in csv.DictReader(file)}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
