"""Where each call goes, in the two path styles that HubSpot serves.

HubSpot names its APIs by date since 2026-03. The older v4 paths are unsupported after 2027-03-30, v1 to v3 after
September 2027 (HubSpot changelog, 2026); hubspot-api-client 12.0.0 still spells them out, so that the paths stand here
and go through the client's ``call_api``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Version(StrEnum):
    """A style of path."""

    DATED = "2026-03"
    """Date-based paths, the successors of all others."""
    LEGACY = "v3"
    """v3, with v4 for associations."""


class Route(StrEnum):
    """What is called; the words in braces are filled in and percent-encoded."""

    OBJECTS = "objects"
    """Create a record: ``{type}``."""
    OBJECT = "object"
    """Read, update or archive a record: ``{type}``, ``{id}``."""
    UPSERT = "upsert"
    """Create or update by a unique property: ``{type}``."""
    READ = "read"
    """Read up to 100 records: ``{type}``."""
    SEARCH = "search"
    """Search, from an index that lags behind: ``{type}``."""
    ASSOCIATED = "associated"
    """List what is associated with a record: ``{type}``, ``{id}``, ``{to}``."""
    ASSOCIATE = "associate"
    """Associate two records by the default type: ``{type}``, ``{id}``, ``{to}``, ``{to_id}``."""
    PROPERTIES = "properties"
    """Make a property: ``{type}``."""
    PROPERTY = "property"
    """Read a property: ``{type}``, ``{name}``."""
    GROUPS = "groups"
    """Make a group of properties: ``{type}``."""
    OWNERS = "owners"
    """Look up owners."""
    ACCOUNT = "account"
    """The account's number, web address and time zone."""
    TOKEN = "token"
    """What the token in the body may do: one path, whatever the version."""


PATHS: Final[Mapping[Version, Mapping[Route, str]]] = MappingProxyType(
    {
        Version.DATED: MappingProxyType(
            {
                Route.OBJECTS: "/crm/objects/2026-03/{type}",
                Route.OBJECT: "/crm/objects/2026-03/{type}/{id}",
                Route.UPSERT: "/crm/objects/2026-03/{type}/batch/upsert",
                Route.READ: "/crm/objects/2026-03/{type}/batch/read",
                Route.SEARCH: "/crm/objects/2026-03/{type}/search",
                Route.ASSOCIATED: "/crm/objects/2026-03/{type}/{id}/associations/{to}",
                Route.ASSOCIATE: "/crm/objects/2026-03/{type}/{id}/associations/default/{to}/{to_id}",
                Route.PROPERTIES: "/crm/properties/2026-03/{type}",
                Route.PROPERTY: "/crm/properties/2026-03/{type}/{name}",
                Route.GROUPS: "/crm/properties/2026-03/{type}/groups",
                Route.OWNERS: "/crm/owners/2026-03",
                Route.ACCOUNT: "/account-info/2026-03/details",
                Route.TOKEN: "/oauth/v2/private-apps/get/access-token-info",
            }
        ),
        Version.LEGACY: MappingProxyType(
            {
                Route.OBJECTS: "/crm/v3/objects/{type}",
                Route.OBJECT: "/crm/v3/objects/{type}/{id}",
                Route.UPSERT: "/crm/v3/objects/{type}/batch/upsert",
                Route.READ: "/crm/v3/objects/{type}/batch/read",
                Route.SEARCH: "/crm/v3/objects/{type}/search",
                Route.ASSOCIATED: "/crm/v4/objects/{type}/{id}/associations/{to}",
                Route.ASSOCIATE: "/crm/v4/objects/{type}/{id}/associations/default/{to}/{to_id}",
                Route.PROPERTIES: "/crm/v3/properties/{type}",
                Route.PROPERTY: "/crm/v3/properties/{type}/{name}",
                Route.GROUPS: "/crm/v3/properties/{type}/groups",
                Route.OWNERS: "/crm/v3/owners/",
                Route.ACCOUNT: "/account-info/v3/details",
                Route.TOKEN: "/oauth/v2/private-apps/get/access-token-info",
            }
        ),
    }
)
