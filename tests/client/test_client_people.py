"""Orgs, users, keys, teams, tags and custom properties through the client."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bomtool.api.labels import TagCreate
from bomtool.client import Client
from bomtool.errors import ApiError
from bomtool.platform import keys
from bomtool.platform.embedded import open_store
from bomtool.platform.services import account
from bomtool.settings import load
from tests.client.making import make_bom


def test_orgs_users_and_keys(client: Client) -> None:
    made = client.account.create_sub_org(name="Sandbox", purchase_approval_threshold=Decimal("99.50"))
    assert client.account.get_sub_org(made.id).purchase_approval_threshold == Decimal("99.50")
    assert client.account.update_sub_org(made.id, name="Box").name == "Box"
    assert [org.name for org in client.account.iterate_sub_orgs()] == ["Box"]
    assert client.account.list_sub_orgs(search="box").count == 1
    assert client.account.get_org(made.id).parent_org is not None
    store = open_store(load())
    try:
        with store.write() as connection:
            org = keys.first_org(connection)
            user_id = account.create_user(connection, org, email="ann@example.com", roles=["editor"])
        key = keys.create(store, name="hers")
    finally:
        store.close()
    assert client.account.get_user(user_id).email == "ann@example.com"
    assert client.account.list_users().count == 1
    assert [str(user.id) for user in client.account.iterate_users()] == [user_id]
    changed = client.api_keys.update(key["id"], user=user_id, scopes=["read"])
    assert (str(changed.user), changed.scopes) == (user_id, ["read"])


def test_teams(client: Client) -> None:
    kind = client.teams.create_type(name="Project")
    assert client.teams.get_type(kind.id).name == "Project"
    assert client.teams.update_type(kind.id, name="Unit").name == "Unit"
    assert client.teams.list_types().count == 1
    team = client.teams.create(name="A7", team_type=kind.id)
    assert client.teams.update(team.id, metadata={"a": 1}).metadata == {"a": 1}
    assert client.teams.archive(team.id).archived
    assert not client.teams.unarchive(team.id).archived
    assert client.teams.get(team.id).team_type == kind.id
    assert [entry.id for entry in client.teams.iterate()] == [team.id] == [e.id for e in client.teams.list().results]
    with pytest.raises(ApiError, match="cannot be deleted"):
        client.teams.delete_type(kind.id)
    client.teams.delete(team.id)
    client.teams.delete_type(kind.id)
    assert list(client.teams.iterate_types()) == []


def test_labels(client: Client) -> None:
    tag = client.tags.create(TagCreate(name="Urgent"))
    assert client.tags.update(tag.id, color="#00ff00").color == "#00ff00"
    assert client.tags.get(tag.id).name == "Urgent"
    assert client.tags.list().count == len(list(client.tags.iterate())) == 1
    place = client.custom_properties.create(name="Plant", record_type="bom", value_type="number")
    assert client.custom_properties.update(place.id, description="where").description == "where"
    assert client.custom_properties.get(place.id).value_type == "number"
    assert client.custom_properties.list().count == len(list(client.custom_properties.iterate())) == 1
    bom = client.boms.create_raw(make_bom()).bom
    changed = client.boms.update(bom.id, tags=["urgent"], custom_properties={"Plant": "7.10"})
    assert ([t.name for t in changed.tags], changed.custom_properties) == (["Urgent"], {"Plant": "7.1"})
    assert client.boms.list(tag="Urgent", custom_property="Plant:7.1").count == 1
    assert client.boms.create_raw(make_bom()).bom.tags[0].name == "Urgent"
