"""Owners, rules, business hours: who is asked about a packet, and in which systems."""

from __future__ import annotations

from handoff_core.routing.duty import Duty, Levels, Staff
from handoff_core.routing.hours import WeekHours
from handoff_core.routing.route import Passed, Route, must_reroute, route, wished_owner
from handoff_core.routing.settings import AcknowledgeIn, RoutingSettings, Rule, When

__all__ = [
    "AcknowledgeIn",
    "Duty",
    "Levels",
    "Passed",
    "Route",
    "RoutingSettings",
    "Rule",
    "Staff",
    "WeekHours",
    "When",
    "must_reroute",
    "route",
    "wished_owner",
]
