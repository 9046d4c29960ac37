"""Bad input: one clear sentence with what to do, the right exit code, no traceback, nothing lost."""

from __future__ import annotations

import http.server
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bomtool import data

SAMPLE = data.sample_file("motor_driver.xlsx")


def bomb(path: Path) -> None:
    """A workbook of a few kilobytes that inflates to far more than the limit."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 1000)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(b" " * 1_000_000)


def locked_workbook(path: Path) -> None:
    """A workbook with a password."""
    import io

    from msoffcrypto.format.ooxml import OOXMLFile

    with path.open("wb") as out:
        OOXMLFile(io.BytesIO(SAMPLE.read_bytes())).encrypt("secret", out)


def make(path: Path, kind: str) -> Path:
    """One bad file of each kind."""
    target = path / f"{kind}.xlsx"
    if kind == "directory":
        target.mkdir()
    elif kind == "bomb":
        bomb(target)
    elif kind == "password":
        locked_workbook(target)
    elif kind != "missing":
        contents = {
            "empty": b"",
            "header-only": b"Designator,Qty,MPN\n",
            "no-header": b"hello\nthis is a letter, not a parts list\n",
            "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
            "half": SAMPLE.read_bytes()[:3000],
            "noise": bytes((i * 7919 + 13) % 256 for i in range(4096)),
        }
        target.write_bytes(contents[kind])
    return target


@pytest.mark.parametrize(
    "kind",
    ["empty", "header-only", "no-header", "picture", "half", "noise", "directory", "missing", "bomb", "password"],
)
def test_unreadable_files_are_refused_with_a_sentence(bomtool: Any, tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    for command in ("check", "import"):
        answer = bomtool(command, path, "--json")
        assert answer.code == 3, answer
        error = answer.json["error"]
        message, hint = (error["message"], error["hint"]) if isinstance(error, dict) else (error, "x")
        assert message.strip()
        assert hint
        people = bomtool(command, path)
        assert people.code == 3
        assert people.err.strip()
    assert bomtool("boms", "list", "--json").json["count"] == 0


def test_wrong_extension_is_read_by_content(bomtool: Any, tmp_path: Path) -> None:
    path = tmp_path / "really_excel.csv"
    path.write_bytes(SAMPLE.read_bytes())
    assert bomtool("check", path, "--json").json["rows"]["lines"] == 19


def test_unknown_encoding_names_the_option(bomtool: Any, tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    path.write_bytes(b"Designator;Menge;MPN\nR1;1;X\n")
    answer = bomtool("check", path, "--encoding", "klingon-8")
    assert answer.code in (2, 3)
    assert "klingon-8" in answer.err


def test_several_files_one_bad(bomtool: Any, tmp_path: Path) -> None:
    bad = make(tmp_path, "empty")
    answer = bomtool("import", SAMPLE, bad, "--json")
    assert answer.code == 1
    assert answer.json["count"] == 2
    assert answer.json["results"][0]["created"] is True
    assert "error" in answer.json["results"][1]
    assert bomtool("import", SAMPLE, bad, "--report", tmp_path / "x.xlsx", "--build", 1).code == 2


def test_a_report_that_cannot_be_written_stops_before_anything_is_pushed(bomtool: Any, tmp_path: Path) -> None:
    answer = bomtool(
        "import", SAMPLE, "--approve", "--build", 1, "--report", tmp_path / "no" / "such" / "x.xlsx", "--json"
    )
    assert answer.code in (2, 4)
    assert answer.json["error"]["hint"]
    assert bomtool("boms", "list", "--json").json["count"] == 0
    occupied = tmp_path / "folder.xlsx"
    occupied.mkdir()
    assert bomtool("import", SAMPLE, "--approve", "--build", 1, "--report", occupied).code in (2, 4)


def test_wrong_usage(bomtool: Any) -> None:
    assert bomtool("import", SAMPLE, "--report", "x.xlsx", "--json").code == 2
    assert bomtool("import", SAMPLE, "--build", 5, "--json").code == 2
    assert bomtool("boms", "show", "nothing-of-that-name", "--json").code == 2
    assert bomtool("report", "00000000-0000-4000-8000-000000000000", "-o", "x.xlsx", "--json").code == 2
    for arguments in (["nosuch", "--json"], ["import", "--json"], ["boms", "show", "--json"]):
        answer = bomtool(*arguments)
        assert answer.code == 2
        assert set(answer.json["error"]) == {"code", "message", "hint"}


class Broken(http.server.BaseHTTPRequestHandler):
    """Answers every request with what the server object says."""

    def do_GET(self) -> None:
        status, kind, body = self.server.reply  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def broken() -> Iterator[Any]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Broken)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ((500, "text/html", b"<html><h1>Server Error</h1></html>"), 4),
        ((200, "text/html", b"<html>Please log in</html>"), 4),
        ((200, "application/json", b'{"count": '), 4),
        ((401, "application/json", json.dumps({"detail": "Invalid key."}).encode()), 5),
        ((403, "application/json", json.dumps({"detail": "Not allowed."}).encode()), 5),
    ],
)
def test_a_broken_platform(
    bomtool: Any, broken: Any, monkeypatch: pytest.MonkeyPatch, reply: tuple[int, str, bytes], code: int
) -> None:
    broken.reply = reply
    monkeypatch.setenv("BOMTOOL_API_URL", f"http://127.0.0.1:{broken.server_port}")
    monkeypatch.setenv("BOMTOOL_API_KEY", "k-very-secret-key")
    answer = bomtool("boms", "list", "--json")
    assert answer.code == code, answer
    assert answer.json["error"]["message"]
    assert "k-very-secret-key" not in answer.out + answer.err


def test_an_unreachable_platform(bomtool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOMTOOL_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("BOMTOOL_API_KEY", "k")
    answer = bomtool("boms", "list", "--json")
    assert answer.code == 4
    assert "127.0.0.1:9" in answer.json["error"]["message"]


def test_a_platform_that_fails_at_one_file_is_not_asked_again_for_the_others(
    bomtool: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BOMTOOL_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("BOMTOOL_API_KEY", "k")
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for path in paths:
        path.write_text("Designator,Qty,MPN\nR1,1,RC0603FR-0710KL\n")
    answer = bomtool("import", *paths, "--json")
    assert answer.code == 4
    errors = [result["error"]["message"] for result in answer.json["results"]]
    assert [text.startswith("Not tried") for text in errors] == [False, True, True]
    assert [result["file"] for result in answer.json["results"]] == [str(path) for path in paths]


def test_a_url_without_a_key_and_a_key_over_plain_http(bomtool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOMTOOL_API_URL", "http://127.0.0.1:9")
    assert bomtool("boms", "list", "--json").code == 2
    monkeypatch.setenv("BOMTOOL_API_URL", "http://example.org")
    monkeypatch.setenv("BOMTOOL_API_KEY", "k")
    assert bomtool("boms", "list", "--json").code == 2


def test_a_database_that_is_none(bomtool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / "bomtool.sqlite3").write_bytes(b"this is no database" * 100)
    monkeypatch.setenv("BOMTOOL_DATA_DIR", str(folder))
    answer = bomtool("boms", "list", "--json")
    assert answer.code == 4
    assert answer.json["error"]["hint"]
    assert (folder / "bomtool.sqlite3").read_bytes().startswith(b"this is no database")
