"""/openapi.json says what the table of routes says, and every operation of the table works as written there."""

from __future__ import annotations

import pytest

from bomtool.api.routes import ROUTES


@pytest.fixture(scope="module")
def document(platform):
    with platform.client(None) as client:
        response = client.get("/openapi.json")
    assert response.status_code == 200
    return response.json()


def test_the_operations_are_those_of_the_table(document):
    described = {
        (method.upper(), path, operation["operationId"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert described == {(route.method, route.path, route.name) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_operation_is_described_as_the_table_has_it(document, route):
    operation = document["paths"][route.path][route.method.lower()]
    assert operation["summary"] == route.title
    assert operation["tags"] == [route.section]
    statuses = set(operation["responses"])
    assert {s for s in statuses if s.startswith("2")} == {str(route.status)}
    assert {"400", "401", "404"} <= statuses
    assert "422" not in statuses
    _check_request(operation, route)
    success = operation["responses"][str(route.status)]
    if route.gives == "bytes":
        assert success["content"] == {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    elif route.answer is None:
        assert "content" not in success
    else:
        name = success["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert _plain(name) == _plain(route.answer.__name__)
        assert name in document["components"]["schemas"]
    in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
    assert in_path == {piece.strip("{}") for piece in route.path.split("/") if piece.startswith("{")}
    assert "org_id" in {p["name"] for p in operation["parameters"] if p["in"] == "query"}


def _check_request(operation, route):
    if route.request is None:
        assert ("requestBody" in operation) == (route.sends == "bytes")
        return
    assert {"413", "415"} <= set(operation["responses"])
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    options = schema.get("anyOf", [schema])
    names = {option["$ref"].rpartition("/")[2] for option in options if "$ref" in option}
    assert route.request.__name__ in names


def _plain(name):
    return "".join(c for c in name if c.isalnum())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_example_is_a_valid_one(document, route):
    operation = document["paths"][route.path][route.method.lower()]
    if route.request is not None:
        sent = operation["requestBody"]["content"]["application/json"]["example"]
        assert sent, "an example shows the members"
        route.request.model_validate(sent)
    if route.answer is not None:
        answered = operation["responses"][str(route.status)]["content"]["application/json"]["example"]
        assert answered
        route.answer.model_validate(answered)


def test_requests_refuse_unknown_fields(document):
    schema = document["components"]["schemas"]["RawLine"]
    assert schema["additionalProperties"] is False
    assert len(schema["properties"]) == 17


def test_answers_and_money_are_described(document):
    schemas = document["components"]["schemas"]
    assert {"id", "lines", "production_location "} <= set(schemas["Program"]["properties"])
    assert schemas["PriceBreakAnswer"]["properties"]["price"]["format"] == "decimal"


def test_bounds_of_numbers_are_described_in_the_words_of_json_schema(document):
    schemas = document["components"]["schemas"]
    quantity = schemas["BillLineCreate"]["properties"]["quantity"]
    assert (quantity["minimum"], quantity["maximum"]) == (1, 2_147_483_647)
    assert schemas["SqlQuery"]["properties"]["limit"]["maximum"] == 10_000
    strange = {"ge", "gt", "le", "lt", "min_length", "max_length"}

    def walk(value):
        if isinstance(value, dict):
            assert not strange & set(value), value
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(schemas)


def test_security_is_the_key_in_the_authorization_header(document):
    assert document["security"] == [{"ApiKey": []}]
    scheme = document["components"]["securitySchemes"]["ApiKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "Authorization")


def test_references_resolve(document):
    schemas = document["components"]["schemas"]

    def walk(value):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                assert value["$ref"].removeprefix("#/components/schemas/") in schemas, value["$ref"]
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(document)
    assert "HTTPValidationError" not in schemas
