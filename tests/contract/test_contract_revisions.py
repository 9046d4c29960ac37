"""If-Match on every operation that changes a record: what was changed since it was read is not changed unawares."""

from __future__ import annotations

import pytest

from bomtool.api.routes import ROUTES
from bomtool.platform import revisions
from tests.contract import world

CHANGING = [route for route in ROUTES if route.method != "GET" and "_id}" in route.path]


@pytest.fixture(scope="module")
def records(platform):
    return world.build(platform)


@pytest.fixture(scope="module")
def reader(platform, records):
    with platform.client(records["key"]["key"]) as made:
        yield made


@pytest.mark.parametrize("route", CHANGING, ids=lambda route: route.name)
@pytest.mark.parametrize("given", ['"another"', 'W/"1"'])
def test_a_change_made_for_another_state_is_refused(records, reader, route, given):
    part = records["part_id"]
    bodies = {
        "create_bom_line": {"part": part, "quant": 1},
        "parse_raw_line": {"mpn": "X"},
        "update_program_line": {"quant": 2},
        "create_program_lines": {"lines": [{"bom": records["bom_id"], "quant": 1}]},
        "create_part_overrides": {"part_overrides": [{"part": part}]},
        "create_purchase_line": {"part": part, "quantity": 1},
        "update_purchase_lines": {"lines": [{"id": records["lines"]["/v1/purchases/"], "quantity": 2}]},
        "create_no_part_line": {"description": "x"},
        "update_no_part_lines": {
            "lines": [{"id": records["lines"]["/v1/purchases/{purchase_id}/no_part_lines/"], "description": "y"}]
        },
        "create_purchase_event": {"event_type": "noted", "note": "x"},
    }
    body = bodies.get(route.name, {}) if route.request is not None else None
    path = world.address(route.path, records)
    response = reader.request(route.method, path, json=body, headers={"If-Match": given})
    if route.name in ("parse_raw_line", "create_bom_line"):  # the BOM of this world is approved, which is said first
        assert response.status_code in (409, 412)
    else:
        assert response.status_code == 412, response.text


PLAIN = {
    "tag": ("/v1/tags/{tag_id}/", {"color": "#aabbcc"}),
    "property": ("/v1/custom_properties/{property_id}/", {"description": "x"}),
    "team": ("/v1/teams/{team_id}/", {"metadata": {"a": 1}}),
    "team type": ("/v1/team_types/{team_type_id}/", {"metadata": {"a": 1}}),
    "org": ("/v1/sub_orgs/{sub_org_id}/", {"metadata": {"a": 1}}),
    "key": ("/v1/api_keys/{api_key_id}/", {"name": "other"}),
    "supplier": ("/v1/suppliers/{supplier_id}/", {"notes": "x"}),
    "RFQ": ("/v1/rfqs/{rfq_id}/", {"notes": "x"}),
    "quote": ("/v1/supplier_quotes/{quote_id}/", {"notes": "x"}),
    "bill": ("/v1/supplier_bills/{bill_id}/", {"notes": "x"}),
    "purchase": ("/v1/purchases/{purchase_id}/", {"notes": "x"}),
    "lot": ("/v1/stock_lots/{lot_id}/", {"notes": "x"}),
    "program": ("/v1/programs/{program_id}/", {"notes": "x"}),
    "BOM": ("/v1/boms/{bom_id}/", {"metadata": {"a": 1}}),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_of_two_who_read_the_same_the_second_is_told(records, reader, kind, ok):
    path, change = PLAIN[kind]
    path = path.format_map(records)
    read = reader.patch(path, json={}) if kind in ("key", "RFQ", "quote", "bill") else reader.get(path)
    if read.status_code in (404, 405):
        read = reader.patch(path, json={})
    ok(read)
    seen = read.headers["ETag"]
    listed = f'"other", W/{seen}, {seen}'
    first = reader.patch(path, json=change, headers={"If-Match": listed})
    ok(first)
    assert reader.patch(path, json=change, headers={"If-Match": seen}).status_code == 412
    ok(reader.patch(path, json=change, headers={"If-Match": first.headers["ETag"]}))
    ok(reader.patch(path, json=change, headers={"If-Match": "*"}))


LINES = {
    "supplier_bill_lines": ("/v1/supplier_bills/{bill_id}/", "/v1/supplier_bill_lines/", {"quantity": 3}),
    "rfq_lines": ("/v1/rfqs/{rfq_id}/", "/v1/rfq_lines/", {"notes": "x"}),
    "supplier_quote_lines": ("/v1/supplier_quotes/{quote_id}/", "/v1/supplier_quote_lines/", {"moq": 3}),
}


@pytest.mark.parametrize("kind", LINES)
def test_a_line_goes_by_the_record_it_stands_in(records, reader, kind, ok):
    parent, start, change = LINES[kind]
    seen = reader.patch(parent.format_map(records), json={}).headers["ETag"]
    path = f"{start}{records['lines'][start]}/"
    changed = reader.patch(path, json=change, headers={"If-Match": seen})
    ok(changed)
    assert reader.patch(parent.format_map(records), json={"notes": "y"}, headers={"If-Match": seen}).status_code == 412
    again = {"If-Match": changed.headers["ETag"]}
    ok(reader.patch(parent.format_map(records), json={"notes": "y"}, headers=again))


@pytest.mark.parametrize(
    ("given", "fit"),
    [
        (["*"], True), ([' "7" '], True), (['"6", "7"'], True), (['"6"', '"7"'], True), (['W/"7"'], False), (["7"], False),
        ([""], False), (['"7'], False), (['"6,"7"'], False), (['"6",W/"7"'], False), (["*, *"], False), (['"7",'], True),
    ],
)  # fmt: skip
def test_if_match_is_read_as_http_has_it(given, fit):
    assert revisions.fits(given, 7) is fit
