"""Owners, rules, business hours: who is asked about a packet, and in which systems."""

from __future__ import annotations

from handoff_core.routing.hours import WeekHours
from handoff_core.routing.route import Route, must_reroute, route, wished_owner
from handoff_core.routing.settings import RoutingSettings, Rule, When

__all__ = ["Route", "RoutingSettings", "Rule", "WeekHours", "When", "must_reroute", "route", "wished_owner"]
