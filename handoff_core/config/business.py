"""``[business]``: whose configuration this is, and how time and telephone numbers are read there."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field

from handoff_core.config.tables import Table, Text
from handoff_core.routing.days import Days, DaysOff
from handoff_core.routing.hours import Hours, WeekHours

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_REGION = re.compile(r"[A-Z]{2}")


def _business_id(value: Any) -> Any:
    if isinstance(value, str) and _ID.fullmatch(value) is None:
        raise ValueError(
            'is not a business id; use 1 to 32 of a-z, 0-9 and "-", beginning with a letter or digit, '
            'e.g. "acme-plumbing"'
        )
    return value


def known_timezone(value: Any) -> Any:
    """The value, if it is no text or a time zone's name. ValueError, with the nearest name, for anything else."""
    if not isinstance(value, str):
        return value
    try:
        ZoneInfo(value)
    # A key such as "America" names a folder, "../x" a path outside: each is refused in a way of its own.
    except (ValueError, OSError, KeyError):
        near = get_close_matches(value, available_timezones(), n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else 'write an IANA name, e.g. "America/Chicago" or "Europe/Berlin"'
        raise ValueError(f"is not a known time zone; {hint}") from None
    return value


def _region(value: Any) -> Any:
    if isinstance(value, str) and _REGION.fullmatch(value) is None:
        raise ValueError('is not a country code; write two capital letters (ISO 3166), e.g. "US" or "DE"')
    return value


class BusinessSettings(Table):
    """Who the business is. Its id is part of every remote key, so it never changes once packets were delivered."""

    id: Annotated[str, BeforeValidator(_business_id)] = Field(
        description="Short id, part of every remote key; never change it once packets were delivered."
    )
    name: Text | None = Field(None, description="Name as people know it; shown in records. Default: the id.")
    timezone: Annotated[str, BeforeValidator(known_timezone)] = Field(
        "UTC", description="IANA time zone in which times are shown and business hours are meant."
    )
    region: Annotated[str, BeforeValidator(_region)] | None = Field(
        None, description="Country of telephone numbers without a country code, e.g. US."
    )
    hours: Hours | None = Field(
        None, description='Business hours: days or day ranges, e.g. { mon-fri = "08:00-18:00", sat = ["09:00-13:00"] }.'
    )

    holidays: DaysOff = Field(
        default_factory=Days,
        description='Closed days: dates, ranges and days of every year, e.g. ["2026-12-24/2027-01-01", "07-04"].',
    )

    @property
    def shown_name(self) -> str:
        """The name, else the id."""
        return self.name or self.id

    @cached_property
    def week(self) -> WeekHours | None:
        """Business hours in the business's own time zone; None when none are configured."""
        return WeekHours(self.hours, self.zone, self.holidays) if self.hours is not None else None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The business's time zone."""
        return ZoneInfo(self.timezone)
