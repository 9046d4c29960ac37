"""Outbound e-mail: composed from an RFQ or a purchase, sent once by a real mail server, or marked as sent by hand."""

from __future__ import annotations

import io
import uuid

import openpyxl
import pytest

from bomtool import settings as settings_module
from bomtool.platform.app import create_app
from bomtool.platform.jobs import Inline
from tests.platform.mailserver import MailServer
from tests.platform.support import MCU, RESISTOR, Served

PATH = "/v1/outbound_emails/"


@pytest.fixture
def supplier(client, ok):
    return ok(client.post("/v1/suppliers/", json={"name": "Northwind", "email": "sales@northwind.example"}))


@pytest.fixture
def rfq(client, ok, supplier, platform):
    lines = [
        {"part": platform.part_id(RESISTOR), "quantities": [1000, 5000]},
        {"description": "Front panel", "quantities": [10], "needed_by": "2027-02-01"},
    ]
    body = {"name": "Spring", "suppliers": [supplier["id"]], "due_on": "2027-01-15", "currency": "EUR", "lines": lines}
    return ok(client.post("/v1/rfqs/", json=body))


@pytest.fixture
def purchase(client, ok, supplier, platform):
    lines = [
        {"part": platform.part_id(RESISTOR), "quantity": 1000, "unit_price": "0.005", "sku": "=NW-10K"},
        {"part": platform.part_id(MCU), "quantity": 2, "unit_price": "4.5"},
    ]
    body = {
        "supplier": supplier["id"],
        "reference_number": "PO-7",
        "currency": "USD",
        "ship_to": "Dock 3",
        "lines": lines,
    }
    return ok(client.post("/v1/purchases/", json=body))


@pytest.fixture
def mailing(platform, key, base_url):
    """`mailing(server, **settings)` is a client of a platform that sends by that mail server."""
    opened = []

    def make(server, **more):
        own = settings_module.load(
            data_dir=platform.settings.data_dir,
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_security="none",
            smtp_from="buyer@works.example",
            **more,
        )
        app = create_app(platform.store, own, runner=Inline(platform.store, own))
        served = Served(app)
        client = platform.client(key["key"], served.url)
        opened.extend((client, served))
        return client

    yield make
    for entry in opened:
        entry.close()


def test_an_rfq_becomes_an_email_to_its_supplier(client, ok, rfq, supplier):
    made = ok(client.post(PATH, json={"rfq": rfq["id"]}))
    assert (made["status"], made["to"], made["subject"]) == (
        "draft",
        ["sales@northwind.example"],
        "Request for quotation: Spring",
    )
    assert "Please quote the following by 2027-01-15:" in made["body"]
    assert (
        f"1. {RESISTOR} {rfq['lines'][0]['manufacturer_name']}, RES 10K 1% 0402: 1,000 / 5,000 pieces" in made["body"]
    )
    assert "2. Front panel: 10 pieces, needed by 2027-02-01" in made["body"]
    assert "Please quote in EUR." in made["body"]
    assert (made["rfq"], made["supplier"], made["attachments"]) == (rfq["id"], supplier["id"], [])
    assert ok(client.get(f"{PATH}{made['id']}/")) == made


def test_each_supplier_of_an_rfq_gets_an_email_of_its_own(client, ok, rfq, supplier):
    other = ok(client.post("/v1/suppliers/", json={"name": "Southport"}))
    ok(client.patch(f"/v1/rfqs/{rfq['id']}/", json={"suppliers": [supplier["id"], other["id"]]}))
    assert list(client.post(PATH, json={"rfq": rfq["id"]}).json()) == ["supplier"]
    assert list(client.post(PATH, json={"rfq": rfq["id"], "supplier": other["id"]}).json()) == ["to"]
    made = ok(client.post(PATH, json={"rfq": rfq["id"], "supplier": other["id"], "to": ["x@southport.example"]}))
    assert made["supplier"] == other["id"]
    third = ok(client.post("/v1/suppliers/", json={"name": "Third", "email": "a@third.example"}))
    assert list(client.post(PATH, json={"rfq": rfq["id"], "supplier": third["id"]}).json()) == ["supplier"]


def test_a_purchase_order_goes_with_its_workbook(client, ok, purchase):
    made = ok(client.post(PATH, json={"purchase": purchase["id"], "cc": ["boss@works.example"]}))
    assert made["subject"] == "Purchase order PO-7"
    assert (
        f"1. 1,000 x {RESISTOR}, {purchase['lines'][0]['manufacturer_name']}, SKU =NW-10K, RES 10K 1% 0402 at 0.005 USD"
        in made["body"]
    )
    assert "Total: 14.00 USD" in made["body"]
    (attached,) = made["attachments"]
    assert attached["name"] == "Purchase order PO-7.xlsx"
    content = client.get(f"/v1/stock_documents/{attached['document']}/download/").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"Purchase order PO-7", "Northwind", "Dock 3", "=NW-10K", 1000, 0.005, 14} <= set(cells)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), "no text becomes a formula"
    kept = ok(client.get(f"/v1/stock_documents/?purchase={purchase['id']}"))["results"]
    assert [document["id"] for document in kept] == [attached["document"]]
    assert ok(client.post(PATH, json={"purchase": purchase["id"], "attach_order": False}))["attachments"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"to": ["a@b.example"], "body": "x"}, "subject"),
        ({"to": ["a@b.example"], "subject": "x"}, "body"),
        ({"subject": "x", "body": "x"}, "to"),
        ({"to": ["nobody"], "subject": "x", "body": "x"}, "to"),
        ({"to": ["a@b.example\nBcc: c@d.example"], "subject": "x", "body": "x"}, "to"),
        ({"to": ["a@b.example"], "subject": "x\r\nBcc: c@d.example", "body": "x"}, "subject"),
        ({"rfq": str(uuid.uuid4())}, "rfq"),
        ({"purchase": str(uuid.uuid4())}, "purchase"),
        ({"to": ["a@b.example"], "subject": "x", "body": "x", "attachments": [str(uuid.uuid4())]}, "attachments"),
    ],
)
def test_mistakes_in_an_email_are_400_by_field(client, body, field):
    response = client.post(PATH, json=body)
    assert (response.status_code, list(response.json())) == (400, [field])


def test_without_a_mail_server_it_is_sent_by_hand_and_marked(client, ok, rfq):
    refused = client.post(PATH, json={"rfq": rfq["id"], "send": True})
    assert (refused.status_code, "BOMTOOL_SMTP_HOST" in refused.json()["detail"]) == (409, True)
    made = ok(client.post(PATH, json={"rfq": rfq["id"]}))
    marked = ok(client.post(f"{PATH}{made['id']}/mark_as_sent/"))
    assert (marked["status"], marked["sent_at"] is not None) == ("sent", True)
    assert ok(client.post(f"{PATH}{made['id']}/mark_as_sent/"))["sent_at"] == marked["sent_at"]
    assert ok(client.patch(f"/v1/rfqs/{rfq['id']}/", json={}))["status"] == "sent"


def test_a_mail_server_takes_it_once_with_all_it_carries(client, ok, mailing, purchase):
    pdf = b"%PDF-1.7\n" + bytes(range(256)) * 40
    document = ok(client.post("/v1/stock_documents/?name=terms.pdf", content=pdf))
    body = {
        "purchase": purchase["id"],
        "cc": ["boss@works.example"],
        "attachments": [document["id"]],
        "subject": "Bestellung Größe Ω",
        "body": "Zeile\n.\n..zwei\n" + "lang " * 300,
        "send": True,
    }
    with MailServer() as server:
        sending = mailing(server)
        headers = {"Idempotency-Key": "once"}
        made = ok(sending.post(PATH, json=body, headers=headers))
        assert made["status"] == "queued"
        assert ok(sending.post(PATH, json=body, headers=headers))["id"] == made["id"]
        found = ok(sending.get(f"{PATH}{made['id']}/"))
        assert (found["status"], found["error"], len(server.taken)) == ("sent", None, 1)
    taken = server.taken[0]
    assert taken.sender == "buyer@works.example"
    assert taken.recipients == ["sales@northwind.example", "boss@works.example"]
    message = taken.message
    assert (message["Subject"], message["Message-ID"]) == ("Bestellung Größe Ω", found["message_id"])
    text = message.get_body().get_content().replace("\r\n", "\n")
    assert text.strip() == body["body"].strip()
    parts = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert list(parts) == ["Purchase order PO-7.xlsx", "terms.pdf"]
    assert parts["terms.pdf"] == pdf


def test_a_login_is_made_and_the_password_is_nowhere(mailing, ok, rfq):
    with MailServer(password=("me", "s3cret-word")) as server:
        good = mailing(server, smtp_user="me", smtp_password="s3cret-word")
        made = ok(good.post(PATH, json={"rfq": rfq["id"], "send": True}))
        assert ok(good.get(f"{PATH}{made['id']}/"))["status"] == "sent"
        bad = mailing(server, smtp_user="me", smtp_password="s3cret-wrong")
        made = ok(bad.post(PATH, json={"rfq": rfq["id"], "send": True}))
        found = ok(bad.get(f"{PATH}{made['id']}/"))
        assert (found["status"], "535" in found["error"], "s3cret" in str(found)) == ("failed", True, False)
        assert len(server.taken) == 1


def test_a_refused_recipient_stops_it_before_anybody_gets_it(mailing, ok, rfq):
    with MailServer(refuse={"boss@works.example"}) as server:
        sending = mailing(server)
        made = ok(sending.post(PATH, json={"rfq": rfq["id"], "cc": ["boss@works.example"], "send": True}))
        found = ok(sending.get(f"{PATH}{made['id']}/"))
        assert (found["status"], "550 no such user" in found["error"], server.taken) == ("failed", True, [])
        assert ok(sending.post(f"{PATH}{made['id']}/mark_as_sent/"))["status"] == "sent"


def test_nobody_listening_is_a_failure_that_says_so(mailing, ok, rfq):
    with MailServer() as server:
        sending = mailing(server)
    made = ok(sending.post(PATH, json={"rfq": rfq["id"], "send": True}))
    found = ok(sending.get(f"{PATH}{made['id']}/"))
    assert (found["status"], "refused" in found["error"].lower()) == ("failed", True)


@pytest.mark.parametrize("where", ["data", "content"])
def test_a_server_that_breaks_off_leaves_it_uncertain_and_it_is_not_sent_again(mailing, ok, rfq, platform, where):
    from bomtool.platform.services import emails

    with MailServer(break_at=where) as server:
        sending = mailing(server)
        made = ok(sending.post(PATH, json={"rfq": rfq["id"], "send": True}))
        found = ok(sending.get(f"{PATH}{made['id']}/"))
        assert (found["status"], server.connections) == ("uncertain", 1)
        again = emails.send(platform.store, platform.settings, found["org_id"], {"email": found["id"]})
        assert (again["status"], server.connections) == ("uncertain", 1)


def test_a_platform_that_died_while_sending_says_so(client, ok, rfq, platform):
    from sqlalchemy import update

    from bomtool.platform.services import emails
    from bomtool.platform.trade_tables import outbound_emails

    made = ok(client.post(PATH, json={"rfq": rfq["id"]}))
    with platform.store.write() as connection:
        query = update(outbound_emails).where(outbound_emails.c.id == made["id"])
        connection.execute(query.values(status="sending"))
    assert client.post(f"{PATH}{made['id']}/mark_as_sent/").status_code == 409
    emails.send(platform.store, platform.settings, made["org_id"], {"email": made["id"]})
    found = ok(client.get(f"{PATH}{made['id']}/"))
    assert (found["status"], "stopped" in found["error"]) == ("uncertain", True)


def test_nobody_writes_about_the_records_of_others(client, ok, rfq, purchase, platform, base_url):
    document = ok(client.post("/v1/stock_documents/?name=a.txt", content=b"x"))
    with platform.client(platform.key()["key"], base_url) as stranger:
        for body in ({"rfq": rfq["id"]}, {"purchase": purchase["id"]}):
            assert stranger.post(PATH, json=body).status_code == 400
        hers = {"to": ["a@b.example"], "subject": "x", "body": "x", "attachments": [document["id"]]}
        assert list(stranger.post(PATH, json=hers).json()) == ["attachments"]
