"""Operations of the sections Account, Auth, Teams, Custom Properties and Tags."""

from __future__ import annotations

from bomtool.api import account, labels, teams
from bomtool.api.account import Org
from bomtool.api.base import Page
from bomtool.api.route import Route
from bomtool.api.teams import Team
from bomtool.api.teams import TeamType as Type

_SUB_ORG = "/v1/sub_orgs/{sub_org_id}/"
_TEAM = "/v1/teams/{team_id}/"
_TEAM_TYPE = "/v1/team_types/{team_type_id}/"
_PROPERTY = "/v1/custom_properties/{property_id}/"
_TAG = "/v1/tags/{tag_id}/"

ACCOUNT = (
    Route(33, "Account", "list_sub_orgs", "List sub-orgs", "GET", "/v1/sub_orgs/", None, Page[Org]),
    Route(34, "Account", "get_sub_org", "Get a sub-org", "GET", _SUB_ORG, None, Org),
    Route(
        35, "Account", "update_sub_org", "Update a sub-org", "PATCH", _SUB_ORG, account.SubOrgUpdate, Org, scope="admin"
    ),
    Route(
        36,
        "Account",
        "create_sub_org",
        "Create a sub-org",
        "POST",
        "/v1/sub_orgs/",
        account.SubOrgCreate,
        Org,
        scope="admin",
    ),
    Route(37, "Account", "get_org", "Get the org", "GET", "/v1/orgs/{org_id}/", None, Org),
    Route(38, "Account", "list_users", "List users", "GET", "/v1/users/", None, Page[account.User]),
    Route(39, "Account", "get_user", "Get a user", "GET", "/v1/users/{user_id}/", None, account.User),
)

AUTH = (
    Route(
        44,
        "Auth",
        "update_api_key",
        "Update an API key",
        "PATCH",
        "/v1/api_keys/{api_key_id}/",
        account.ApiKeyUpdate,
        account.ApiKey,
        scope="admin",
    ),
)

TEAMS = (
    Route(75, "Teams", "list_teams", "List teams", "GET", "/v1/teams/", None, Page[Team]),
    Route(76, "Teams", "create_team", "Create a team", "POST", "/v1/teams/", teams.TeamCreate, Team, scope="admin"),
    Route(77, "Teams", "get_team", "Get a team", "GET", _TEAM, None, Team),
    Route(78, "Teams", "update_team", "Update a team", "PATCH", _TEAM, teams.TeamUpdate, Team, scope="admin"),
    Route(79, "Teams", "delete_team", "Delete a team", "DELETE", _TEAM, None, None, 204, "admin"),
    Route(80, "Teams", "archive_team", "Archive a team", "POST", f"{_TEAM}archive/", None, Team, scope="admin"),
    Route(81, "Teams", "unarchive_team", "Unarchive a team", "POST", f"{_TEAM}unarchive/", None, Team, scope="admin"),
    Route(82, "Teams", "list_team_types", "List team types", "GET", "/v1/team_types/", None, Page[Type]),
    Route(
        83,
        "Teams",
        "create_team_type",
        "Create a team type",
        "POST",
        "/v1/team_types/",
        teams.TeamTypeCreate,
        Type,
        scope="admin",
    ),
    Route(84, "Teams", "get_team_type", "Get a team type", "GET", _TEAM_TYPE, None, Type),
    Route(
        85,
        "Teams",
        "update_team_type",
        "Update a team type",
        "PATCH",
        _TEAM_TYPE,
        teams.TeamTypeUpdate,
        Type,
        scope="admin",
    ),
    Route(86, "Teams", "delete_team_type", "Delete a team type", "DELETE", _TEAM_TYPE, None, None, 204, "admin"),
)

CUSTOM_PROPERTIES = (
    Route(
        87,
        "Custom Properties",
        "list_custom_properties",
        "List custom properties",
        "GET",
        "/v1/custom_properties/",
        None,
        Page[labels.CustomProperty],
    ),
    Route(
        88,
        "Custom Properties",
        "create_custom_property",
        "Create a custom property",
        "POST",
        "/v1/custom_properties/",
        labels.CustomPropertyCreate,
        labels.CustomProperty,
    ),
    Route(
        89,
        "Custom Properties",
        "update_custom_property",
        "Update a custom property",
        "PATCH",
        _PROPERTY,
        labels.CustomPropertyUpdate,
        labels.CustomProperty,
    ),
    Route(
        90,
        "Custom Properties",
        "get_custom_property",
        "Get a custom property",
        "GET",
        _PROPERTY,
        None,
        labels.CustomProperty,
    ),
)

TAGS = (
    Route(93, "Tags", "list_tags", "List tags", "GET", "/v1/tags/", None, Page[labels.Tag]),
    Route(94, "Tags", "create_tag", "Create a tag", "POST", "/v1/tags/", labels.TagCreate, labels.Tag),
    Route(95, "Tags", "get_tag", "Get a tag", "GET", _TAG, None, labels.Tag),
    Route(96, "Tags", "update_tag", "Update a tag", "PATCH", _TAG, labels.TagUpdate, labels.Tag),
)

ROUTES: tuple[Route, ...] = (*ACCOUNT, *AUTH, *TEAMS, *CUSTOM_PROPERTIES, *TAGS)
