"""Mistakes that a person can make in a configuration, one at a time, and what must be said about each.

In the new text the sign ¶ stands before the key at which the problem must be reported; it is taken out again.
"""

from __future__ import annotations

from typing import NamedTuple

HERE = "¶"


class Mistake(NamedTuple):
    """``old`` becomes ``new``; then ``key`` has a problem that says ``text`` and advises ``fix``."""

    old: str
    new: str
    key: str
    text: str
    fix: str


MISTAKES = {
    "an unknown table": Mistake("[quality]", "[¶qualty]", "qualty", "not a known table", 'Did you mean "quality"?'),
    "an unknown key": Mistake(
        "timezone =", "¶timezon =", "business.timezon", "not a known key", 'Did you mean "timezone"?'
    ),
    "an unknown key that is like none": Mistake(
        'path = "inbox"', '¶zzzz = "inbox"', "inbox.zzzz", "not a known key", "Known: path."
    ),
    "a business without id": Mistake('id = "acme-plumbing"\n', "", "business.id", "is missing", "Add id"),
    "a business id in capitals": Mistake(
        'id = "acme-plumbing"', '¶id = "Acme"', "business.id", "not a business id", "a-z, 0-9"
    ),
    "a business id of 33 letters": Mistake(
        'id = "acme-plumbing"', f'¶id = "{"a" * 33}"', "business.id", "not a business id", "1 to 32"
    ),
    "a business id that begins with a hyphen": Mistake(
        'id = "acme-plumbing"', '¶id = "-acme"', "business.id", "not a business id", "beginning with a letter"
    ),
    "a number for text": Mistake(
        'name = "Acme Plumbing"', "¶name = 5", "business.name", "must be text in quotes", "number"
    ),
    "a blank name": Mistake('name = "Acme Plumbing"', '¶name = "  "', "business.name", "is empty", "leave the key out"),
    "a time zone that is near one": Mistake(
        '"America/Chicago"', '"America/Chicgo"', "business.timezone", "not a known time zone", '"America/Chicago"?'
    ),
    "a time zone that is a folder": Mistake(
        'timezone = "America/Chicago"', '¶timezone = "America"', "business.timezone", "not a known time zone", ""
    ),
    "a time zone outside of the folder": Mistake(
        'timezone = "America/Chicago"', '¶timezone = "../x"', "business.timezone", "not a known time zone", "IANA"
    ),
    "a region in small letters": Mistake(
        'region = "US"', '¶region = "us"', "business.region", "not a country code", "two capital letters"
    ),
    "a day that is none": Mistake("hours = { mon-fri", "¶hours = { mon-fry", "business.hours", "mon-fry", "mon-fri"),
    "a time that is none": Mistake('"09:00-13:00"', '"9-13"', "business.hours", "no time span at sat", "08:00-18:00"),
    "a day named twice": Mistake("sat =", "fri =", "business.hours", "names fri twice", "Keep one"),
    "a store of another kind": Mistake(
        'url = "sqlite:///handoff.db"', '¶url = "mysql://x/y"', "store.url", "not a store", "postgresql://"
    ),
    "a store in memory": Mistake(
        'url = "sqlite:///handoff.db"', '¶url = "sqlite:///:memory:"', "store.url", "is forgotten", "Name a file"
    ),
    "a store without a file": Mistake(
        'url = "sqlite:///handoff.db"', '¶url = "sqlite://"', "store.url", "names no file", "sqlite:///handoff.db"
    ),
    "a database without a name": Mistake(
        'url = "sqlite:///handoff.db"', '¶url = "postgresql://u@h"', "store.url", "names no database", "/name"
    ),
    "a password in the store": Mistake(
        'url = "sqlite:///handoff.db"',
        '¶url = "postgresql://u:hunter2@h/n"',
        "store.url",
        "holds a password",
        "PGPASSWORD",
    ),
    "a password in the store's query": Mistake(
        'url = "sqlite:///handoff.db"',
        '¶url = "postgresql://u@h/n?password=hunter2"',
        "store.url",
        "holds a password",
        "pgpass",
    ),
    "an owner without a name": Mistake(
        '[owners.dana]\nname = "Dana Fields"', "[owners.¶dana]", "owners.dana.name", "is missing", "Add name"
    ),
    "an e-mail that is none": Mistake(
        'email = "dana@acme.example"', '¶email = "dana"', "owners.dana.email", "not an e-mail", "dana@acme.example"
    ),
    "an e-mail of two owners": Mistake(
        "team = true",
        'team = true\n¶email = "Dana@acme.example"',
        "owners.support.email",
        'the address of "dana" too',
        "of their own",
    ),
    "a team that is text": Mistake(
        "team = true", '¶team = "yes"', "owners.support.team", "must be true or false", "text now"
    ),
    "an identity in an unknown destination": Mistake(
        '{ desk = "9001"', '{ ¶dsk = "9001"', "owners.dana.identities.dsk", "not one of", 'Did you mean "desk"?'
    ),
    "an identity that is a number": Mistake(
        'desk = "9001"', "¶desk = 9001", "owners.dana.identities.desk", "must be text in quotes", "number now"
    ),
    "no connector": Mistake(
        '[destinations.desk]\nconnector = "tickets"\n',
        "[destinations.¶desk]\n",
        "destinations.desk.connector",
        "missing",
        "connector =",
    ),
    "an unknown connector": Mistake(
        'connector = "tickets"',
        '¶connector = "ticket"',
        "destinations.desk.connector",
        'no connector "ticket"',
        "Installed: talk, tickets.",
    ),
    "a destination called first": Mistake(
        "[destinations.alerts]", "[destinations.¶first]", "destinations.first", "not a name", 'neither "first"'
    ),
    "a destination that is no table": Mistake(
        "[destinations.alerts]",
        "[destinations]\n¶other = 5\n[destinations.alerts]",
        "destinations.other",
        "is not a table",
        "[destinations.other]",
    ),
    "a token in the file": Mistake(
        'token_env = "TALK_TOKEN"',
        'token_env = "TALK_TOKEN"\n¶token = "xoxb-canary"',
        "destinations.alerts.token",
        "secrets never stand in this file",
        'token_env = "NAME"',
    ),
    "a token in the place of its variable": Mistake(
        'token_env = "TALK_TOKEN"',
        '¶token_env = "xoxb-canary"',
        "destinations.alerts.token_env",
        "not the name of an environment variable",
        "renew it",
    ),
    "a secret deep in a destination": Mistake(
        'token_env = "DESK_TOKEN"',
        'auth = { kind = "client_credentials", client_id_env = "A", ¶client_secret = "canary" }',
        "destinations.desk.auth.client_secret",
        "secrets never stand in this file",
        "client_secret_env",
    ),
    "a kind of auth that is none": Mistake(
        'token_env = "DESK_TOKEN"',
        '¶auth = { kind = "client_credential" }',
        "destinations.desk.auth",
        "not one of the known values",
        "client_credentials",
    ),
    "two ways in": Mistake(
        "[destinations.desk]",
        '[destinations.¶desk]\nauth = { kind = "api_token", email_env = "A", token_env = "B" }',
        "destinations.desk",
        "needs either token_env or auth",
        "Write one of them",
    ),
    "an unknown key of a connector": Mistake(
        "subdomain =", "¶subdomian =", "destinations.desk.subdomian", "not a known key", '"subdomain"?'
    ),
    "an expression with an unknown field": Mistake(
        'fields = { 360001 = "urgency.level"',
        'fields = { ¶360001 = "urgency.levle"',
        "destinations.desk.fields.360001",
        '"levle" is not a field of "urgency"',
        'Write "level".',
    ),
    "an expression with an unknown filter": Mistake(
        'fields = { 360001 = "urgency.level"',
        'fields = { ¶360001 = "urgency.level | uper"',
        "destinations.desk.fields.360001",
        '"uper" is not a filter',
        'Write "upper".',
    ),
    "a link to an unknown destination": Mistake(
        'fields = { 360001 = "urgency.level"',
        'fields = { ¶360001 = "links.alrts"',
        "destinations.desk.fields.360001",
        '"alrts" is not one of [destinations]',
        'Did you mean "alerts"?',
    ),
    "a base_url without encryption": Mistake(
        'subdomain = "acme"',
        'subdomain = "acme"\n¶base_url = "http://acme.example"',
        "destinations.desk.base_url",
        "unencrypted",
        "https://acme.example",
    ),
    "a base_url with a path": Mistake(
        'subdomain = "acme"',
        'subdomain = "acme"\n¶base_url = "https://acme.example/api/v2"',
        "destinations.desk.base_url",
        "has a path",
        "origin only",
    ),
    "a base_url with a password": Mistake(
        'subdomain = "acme"',
        'subdomain = "acme"\n¶base_url = "https://u:canary@acme.example"',
        "destinations.desk.base_url",
        "user or password",
        "origin only",
    ),
    "a base_url that is none": Mistake(
        'subdomain = "acme"',
        'subdomain = "acme"\n¶base_url = "acme.example"',
        "destinations.desk.base_url",
        "not an https URL",
        "https://acme.example",
    ),
    "a timeout without a unit": Mistake(
        'subdomain = "acme"',
        'subdomain = "acme"\n¶timeout = 20',
        "destinations.desk.timeout",
        "is not a duration",
        "20s",
    ),
    "a timeout of nothing": Mistake(
        'subdomain = "acme"',
        'subdomain = "acme"\n¶timeout = "0s"',
        "destinations.desk.timeout",
        "must be more than 0",
        "Change the number",
    ),
    "a rate above the limit": Mistake(
        'subdomain = "acme"',
        'subdomain = "acme"\n¶rate = 1.5',
        "destinations.desk.rate",
        "must be at most 1",
        "Change the number",
    ),
    "an urgency that is none as a key": Mistake(
        'channel = "C0ALERTS"',
        'channel = "C0ALERTS"\nchannels_by_urgency = { ¶critcal = "C0URGENT" }',
        "destinations.alerts.channels_by_urgency.critcal",
        '"critcal" is not a known value',
        'Did you mean "critical"?',
    ),
    "no fallback": Mistake('fallback = "dana"\n', "", "routing.fallback", "is missing", "Add fallback"),
    "an unknown fallback": Mistake(
        'fallback = "dana"', '¶fallback = "dnaa"', "routing.fallback", "not one of [owners]", 'Did you mean "dana"?'
    ),
    "an unknown owner of a rule": Mistake(
        'owner = "support"', '¶owner = "suport"', "routing.rules.1.owner", "not one of [owners]", '"support"?'
    ),
    "an unknown destination of a rule": Mistake(
        'destinations = ["alerts"]',
        '¶destinations = ["desk", "alert"]',
        "routing.rules.0.destinations.1",
        '"alert" is not one of [destinations]',
        '"alerts"?',
    ),
    "no destination in a rule": Mistake(
        'destinations = ["alerts"]',
        "¶destinations = []",
        "routing.rules.0.destinations",
        "is empty",
        "leave the key out",
    ),
    "an unknown next owner": Mistake(
        'owner = "support"',
        'owner = "support"\nacknowledge_within = "15m"\n¶then = [\n  "dana",\n  "danna",\n]',
        "routing.rules.1.then.1",
        "not one of [owners]",
        '"dana"?',
    ),
    "an unknown condition": Mistake(
        "when = { lane =", "when = { ¶lan =", "routing.rules.0.when.lan", "not a known key", 'Did you mean "lane"?'
    ),
    "an unknown lane": Mistake(
        'lane = ["sales"]', '¶lane = ["sale"]', "routing.rules.0.when.lane.0", '"sale" is not a known', '"sales"?'
    ),
    "an unknown urgency": Mistake(
        'urgency = ["high", "critical"]',
        '¶urgency = ["high", "urgent"]',
        "routing.rules.0.when.urgency.1",
        '"urgent" is not a known value',
        "Known:",
    ),
    "a condition without a value": Mistake(
        'lane = ["sales"]', "¶lane = []", "routing.rules.0.when.lane", "is an empty list", "leave the key out"
    ),
    "hours that are text": Mistake(
        "within_hours = false",
        '¶within_hours = "no"',
        "routing.rules.1.when.within_hours",
        "must be true or false",
        "text now",
    ),
    "a rule about hours without hours": Mistake(
        'hours = { mon-fri = "08:00-18:00", sat = "09:00-13:00" }',
        "",
        "routing.rules.1.when.within_hours",
        "needs business hours",
        "[business]",
    ),
    "a fact that is a table": Mistake(
        "within_hours = false",
        '¶"fact.order" = [1979-05-27]',
        "routing.rules.1.when.fact.order.0",
        "no text, number or boolean",
        "Write a value",
    ),
    "a rule without a name": Mistake('name = "nights"\n', "", "routing.rules.1.name", "is missing", "Add name"),
    "an unknown gate": Mistake(
        'gate = "annotate"', '¶gate = "anotate"', "quality.gate", '"anotate" is not a known value', '"annotate"?'
    ),
    "a rule that is none": Mistake(
        'gate = "annotate"',
        'gate = "annotate"\n¶ignore = ["HO104", "H0705"]',
        "quality.ignore.1",
        "is not the code of a rule",
        'mean "HO705"?',
    ),
    "a limit without a unit": Mistake(
        'gate = "annotate"',
        'gate = "annotate"\n¶longest_head = 12',
        "quality.longest_head",
        "is not a duration",
        '"20s"',
    ),
    "an overlap above one": Mistake(
        'gate = "annotate"',
        'gate = "annotate"\n¶largest_overlap = 60.0',
        "quality.largest_overlap",
        "must be at most 1",
        "Change",
    ),
    "a gate for a lane": Mistake(
        "[quality]",
        '[lanes.support.quality]\n¶gate = "hold"\n[quality]',
        "lanes.support.quality.gate",
        "not a known key",
        "Known:",
    ),
    "a lane's rule that is none": Mistake(
        "[quality]",
        '[lanes.support]\nquality = { ¶ignore = ["HO1"] }\n[quality]',
        "lanes.support.quality.ignore.0",
        "is not the code of a rule",
        "",
    ),
    "a lease shorter than a request": Mistake(
        'lease = "60s"', '¶lease = "25s"', "delivery.lease", "desk may take 25s", "more than 25s"
    ),
    "a factor that is text": Mistake(
        "factor = 3.0", '¶factor = "three"', "delivery.retry.factor", "must be a number", "text now"
    ),
    "a factor that shrinks": Mistake(
        "factor = 3.0", "¶factor = 0.5", "delivery.retry.factor", "must be at least 1", "Change"
    ),
    "a first wait above the longest": Mistake(
        'retry = { first = "5s"', '¶retry = { first = "2h"', "delivery.retry", "above longest", "longest"
    ),
    "a duration that is none": Mistake(
        'first = "5s"', '¶first = "5 sec"', "delivery.retry.first", "is not a duration", '"20s"'
    ),
    "an unknown lane with settings": Mistake(
        "[quality]", "[lanes.¶suport]\nrequire = []\n[quality]", "lanes.suport", "not a known lane", '"support"?'
    ),
    "a required path that is none": Mistake(
        "[quality]",
        '[lanes.support]\n¶require = ["customer.nam"]\n[quality]',
        "lanes.support.require.0",
        'is not a field of "customer"',
        'Write "name".',
    ),
    "a class of sensitivity that is none": Mistake(
        "[quality]",
        '[privacy.desk]\n¶sensitivity = "secret"\n[quality]',
        "privacy.desk.sensitivity",
        '"secret" is not a known value',
        "public",
    ),
    "a kind of value that cannot be withheld": Mistake(
        "[quality]",
        '[privacy.desk]\n¶redact = ["email", "card numbers"]\n[quality]',
        "privacy.desk.redact.1",
        "is neither a kind of value nor a field",
        "customer.name",
    ),
    "privacy for an unknown destination": Mistake(
        "[quality]", "[privacy.¶dask]\n[quality]", "privacy.dask", "not one of [destinations]", '"desk"?'
    ),
    "a retention that is none": Mistake(
        "[quality]",
        '[retention]\n¶packets = "1y"\n[quality]',
        "retention.packets",
        "is not a duration",
        '"30d"',
    ),
}
# Places where the key itself is what changes keep the place of the old one.
ELSEWHERE = {
    "a business without id": "[business]",
    "a time zone that is near one": "timezone =",
    "a time that is none": "hours =",
    "a day named twice": "hours =",
    "no fallback": "[routing]",
    "a rule about hours without hours": "within_hours =",
    "a rule without a name": "[[routing.rules]]\nwhen",
}
