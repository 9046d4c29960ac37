"""Stock documents: streamed in, told by content, named safely, given back unchanged."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from bomtool.platform.services import contents, documents
from tests.contract.test_contract_stock import put
from tests.platform.support import RESISTOR, Served

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 50
PATH = "/v1/stock_documents/"


def xlsx():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
    return buffer.getvalue()


@pytest.fixture
def lot(client, ok, platform):
    return put(client, ok, part=platform.part_id(RESISTOR), quantity=5)


def test_a_document_comes_back_unchanged(client, ok, lot):
    query = {"name": "Certificate 7.pdf", "document_type": "certificate", "stock_lot": lot["id"], "notes": "of reel 3"}
    made = ok(client.post(PATH, params=query, content=PDF))
    assert (made["name"], made["content_type"], made["size"]) == ("Certificate 7.pdf", "application/pdf", len(PDF))
    assert (made["sha256"], made["stock_lot"]) == (hashlib.sha256(PDF).hexdigest(), lot["id"])
    assert ok(client.get(f"{PATH}{made['id']}/")) == made
    answer = client.get(f"{PATH}{made['id']}/download/")
    assert (answer.content, answer.headers["Content-Type"]) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ok(client.get(PATH, params={"stock_lot": lot["id"], "document_type": "certificate"}))["results"] == [made]
    assert ok(client.get(f"{PATH}?search=other"))["count"] == 0


@pytest.mark.parametrize(
    ("name", "content", "kept", "kind"),
    [
        ("../../etc/passwd", b"plain text\n", "passwd.txt", "text/plain"),
        ("C:\\temp\\a.exe", PDF, "a.exe.pdf", "application/pdf"),
        ("photo.JPG", b"\xff\xd8\xff\xe0abc", "photo.JPG", "image/jpeg"),
        ("list.csv", "Größe;Ω\n".encode(), "list.csv", "text/plain"),
        ("CON", b"\x89PNG\r\n\x1a\nabc", "document CON.png", "image/png"),
        ('a<b>:"c|?*.pdf', PDF, "a_b___c___.pdf", "application/pdf"),
        ("\u202etxt.fdp\x07.pdf", PDF, "txt.fdp.pdf", "application/pdf"),
        ("x" * 255, PDF, "x" * 146 + ".pdf", "application/pdf"),
        ("table", xlsx(), "table.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
    ids=range(9),
)
def test_names_are_made_safe_and_kinds_told_by_content(client, ok, platform, name, content, kept, kind):
    made = ok(client.post(PATH, params={"name": name}, content=content))
    assert (made["name"], made["content_type"]) == (kept, kind)
    assert client.get(f"{PATH}{made['id']}/download/").content == content
    files = [path for path in documents.folder(platform.settings).rglob("*") if path.is_file()]
    assert {len(path.name) for path in files} == {36}, "no name of a user is a path"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"<html><script>",
        b"  <svg onload=x>",
        b"#!/bin/sh\n",
        b"\x00\x01",
        b"\xff\xfe\xfa",
    ],
    ids=range(8),
)
def test_what_could_be_run_or_is_nothing_is_refused(client, ok, platform, content):
    before = ok(client.get(PATH))["count"]
    response = client.post(PATH, params={"name": "a.pdf"}, content=content)
    assert response.status_code == 400, response.text
    assert ok(client.get(PATH))["count"] == before
    assert list((documents.folder(platform.settings) / "incoming").iterdir()) == []


def test_a_text_cut_within_a_character_is_text():
    whole = ("a" + "ä" * contents.HEAD).encode()
    assert contents.sniff(whole[: contents.HEAD]) == "text/plain"
    assert contents.sniff(b"\xc3\xa4\xc3abc") is None


def test_a_document_too_large_is_413_and_leaves_nothing(platform, key, ok):
    from bomtool.platform.app import create_app

    small = Served(create_app(platform.store, platform.settings, max_body=10_000))
    with platform.client(key["key"], small.url) as client:
        chunks = (b"a" * 1000 for _ in range(100))
        assert client.post(PATH, params={"name": "a.txt"}, content=chunks).status_code == 413
        assert client.post(PATH, params={"name": "a.txt"}, content=b"a" * 20_000).status_code == 413
        assert ok(client.get(PATH))["count"] == 0
    small.close()
    assert list((documents.folder(platform.settings) / "incoming").iterdir()) == []


def test_a_document_sent_twice_with_one_key_is_one(client, ok):
    sent = {"params": {"name": "a.txt"}, "headers": {"Idempotency-Key": "doc"}}
    ids = {ok(client.post(PATH, content=b"same", **sent))["id"] for _ in range(2)}
    assert len(ids) == 1
    assert client.post(PATH, content=b"other", **sent).status_code == 409


def test_a_document_carries_labels_and_names_what_it_belongs_to(client, ok):
    ok(client.post("/v1/tags/", json={"name": "Audit"}))
    ok(
        client.post(
            "/v1/custom_properties/", json={"name": "Ok", "record_type": "stock_document", "value_type": "boolean"}
        )
    )
    made = ok(client.post(PATH, params={"name": "a.txt", "tag": "audit", "custom_property": "ok:true"}, content=b"x"))
    assert (made["tags"][0]["name"], made["custom_properties"]) == ("Audit", {"Ok": True})
    assert ok(client.get(f"{PATH}?custom_property=Ok:true&tag=Audit"))["count"] == 1
    unknown = {"name": "a.txt", "stock_lot": "6a1f0c1e-0000-4000-8000-000000000002"}
    assert list(client.post(PATH, params=unknown, content=b"x").json()) == ["stock_lot"]
    assert list(client.post(PATH, content=b"x").json()) == ["name"]


def test_a_document_whose_file_somebody_removed_says_so(client, ok, platform):
    made = ok(client.post(PATH, params={"name": "a.txt"}, content=b"x"))
    (documents.folder(platform.settings) / made["org_id"] / made["id"]).unlink()
    answer = client.get(f"{PATH}{made['id']}/download/")
    assert (answer.status_code, "no longer" in answer.json()["detail"]) == (404, True)
