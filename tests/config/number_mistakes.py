"""Numbers and names that no run could work with: endless times, and paths that no file system takes."""

from __future__ import annotations

from tests.config.mistakes import Mistake

ENDLESS = "is no length of time"
AGES = "is longer than 100 years"
LONG = "is longer than a file system takes"

NUMBER_MISTAKES = {
    "an acknowledgement that is waited for without end": Mistake(
        'name = "nights"',
        'name = "nights"\n¶acknowledge_within = inf',
        "routing.rules.1.acknowledge_within",
        ENDLESS,
        '"15m"',
    ),
    "an acknowledgement that is waited for longer than the world lasts": Mistake(
        'name = "nights"',
        'name = "nights"\n¶acknowledge_within = 1e308',
        "routing.rules.1.acknowledge_within",
        AGES,
        '"15m"',
    ),
    "an acknowledgement after many lives": Mistake(
        'name = "nights"',
        'name = "nights"\n¶acknowledge_within = "999999999w"',
        "routing.rules.1.acknowledge_within",
        AGES,
        '"15m"',
    ),
    "a retention without end": Mistake(
        "[quality]", "[retention]\n¶packets = inf\n[quality]", "retention.packets", ENDLESS, '"30d"'
    ),
    "a retention that is no number": Mistake(
        "[quality]", "[retention]\n¶transcripts = nan\n[quality]", "retention.transcripts", ENDLESS, '"30d"'
    ),
    "a timeout without end": Mistake(
        'subdomain = "acme"', 'subdomain = "acme"\n¶timeout = inf', "destinations.desk.timeout", ENDLESS, '"20s"'
    ),
    "an update interval that is no number": Mistake(
        'subdomain = "acme"',
        'subdomain = "acme"\n¶min_update_interval = nan',
        "destinations.desk.min_update_interval",
        ENDLESS,
        '"20s"',
    ),
    "a lease without end": Mistake('lease = "60s"', "¶lease = inf", "delivery.lease", ENDLESS, '"20s"'),
    "a factor without end": Mistake(
        "factor = 3.0", "¶factor = inf", "delivery.retry.factor", "must be an ordinary number", "in digits"
    ),
    "more words than a packet holds": Mistake(
        'gate = "annotate"',
        'gate = "annotate"\n¶longest_before_reason = 1e308',
        "quality.longest_before_reason",
        "must be an ordinary number",
        "Write a smaller one",
    ),
    "a few more words than a packet holds": Mistake(
        'gate = "annotate"',
        'gate = "annotate"\n¶longest_before_reason = 1000000',
        "quality.longest_before_reason",
        "must be at most 100000",
        "Change the number",
    ),
    "a number that cannot even be printed": Mistake(
        'fallback = "dana"',
        f'fallback = "dana"\nlevel_for = {{ ¶high = 0x{"f" * 5000} }}',
        "routing.level_for.high",
        "too large for TOML",
        "Write a smaller number",
    ),
    "a file of secrets with a name of 5,000 characters": Mistake(
        'env_file = ".env"',
        f'¶env_file = "{"e" * 5000}"',
        "secrets.env_file",
        "File name too long",
        "Check its name",
    ),
    "an inbox with a name of 300 characters": Mistake(
        'path = "inbox"', f'¶path = "{"i" * 300}"', "inbox.path", LONG, "at most 255 bytes a name"
    ),
    "an inbox with a path of 5,000 characters": Mistake(
        'path = "inbox"', f'¶path = "{"in/" * 1700}"', "inbox.path", LONG, "1000 in all"
    ),
    "a store with a name of 300 characters": Mistake(
        'url = "sqlite:///handoff.db"', f'¶url = "sqlite:///{"h" * 300}.db"', "store.url", LONG, "at most 255"
    ),
}
