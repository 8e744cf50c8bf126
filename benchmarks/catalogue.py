"""Every benchmark by its number: what a table says of one that was not run, and where it stands."""

from __future__ import annotations

BENCHMARKS = {
    "B1": "durable write of a revision",
    "B2": "records doubled or lost in 100 kills",
    "B3": "remote writes for 1,000 live packets of 40 turns",
    "B4": "drain of 10,000 packets after an outage",
    "B5": "19 businesses beside one that is flooded and hung",
    "B6": "CPU per packet delivered to three systems",
    "B7": "claim and mark beside 1,000,000 finished packets",
    "B8": "a scheduled run with nothing to do",
    "B10": "redaction of a new turn; quality, routing and privacy",
    "B11": "build timing of a new turn",
    "B12": "routing by 200 rules; judging all packets at once",
}
MODULES = {
    "B1": "benchmarks.b1_durable_write",
    "B2": "benchmarks.b2_kills",
    "B3": "benchmarks.b3_live",
    "B4": "benchmarks.b4_drain",
    "B5": "benchmarks.b5_neighbours",
    "B6": "benchmarks.b6_cpu_per_packet",
    "B7": "benchmarks.b7_history",
    "B8": "benchmarks.b8_nothing_due",
    "B10": "benchmarks.b10_judging",
    "B11": "benchmarks.b11_timing",
    "B12": "benchmarks.b12_routing",
}
