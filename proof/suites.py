"""What the page promises, and the suites that must have shown it: one missing from a run is named on the page.

A test compares this table with what the tests record, in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One thing that a customer is promised: a short title, and what it means in plain words."""

    title: str
    text: str


@dataclass(frozen=True)
class Suite:
    """One suite under one promise. ``name``: as its tests hand it to ``evidence``. ``tests``: how many tests do."""

    name: str
    promise: str
    what: str
    """What was done, in plain words."""
    tests: int = 1


ONCE = "Nothing is lost and nothing is doubled"
APART = "One vendor's trouble stays there"
HARMLESS = "Hostile text does no harm"
SECRET = "Secrets and businesses stay apart"
PRIVATE = "What is personal is seen by those who may"
FORGOTTEN = "What is forgotten is gone"

PROMISES = (
    Promise(
        ONCE,
        "A case that was accepted ends as exactly one record in each system, whatever fails in between: the program, "
        "the disk, the network or the vendor.",
    ),
    Promise(
        APART,
        "A vendor that is down, slow or strict is asked sparingly, nobody else feels it, and everything arrives when "
        "it is back.",
    ),
    Promise(
        HARMLESS,
        "Whatever a customer writes, or a program sends, stays text: it pings nobody, runs nothing, changes no route, "
        "and poisons no file.",
    ),
    Promise(
        SECRET,
        "No token appears in any output, log, file or error. Two businesses in one run never see each other.",
    ),
    Promise(
        PRIVATE,
        "Card and account numbers, phones and addresses are taken out of every text before a system gets it that may "
        "not see them; numbers that are nobody's, such as orders and times, stay.",
    ),
    Promise(
        FORGOTTEN,
        "A case that a person has forgotten leaves no word behind, here or at the vendors, but what the plan named; "
        "and nothing of it is ever made anew.",
    ),
)

SUITES = (
    Suite(
        "Kill loop",
        ONCE,
        "The delivery run is ended with SIGKILL at random moments while several packets are under way, beside a script "
        "that posts and then notes what it posted.",
    ),
    Suite(
        "Every operation",
        ONCE,
        "One packet's whole life is run again and again, interrupted at its first, second, … last database or network "
        "operation, in every way in which it can be interrupted.",
    ),
    Suite(
        "Acknowledgement chain",
        ONCE,
        "Nobody acknowledges in time, and the run that asks the next owner is killed at each operation of the "
        "database.",
    ),
    Suite(
        "Fault matrix",
        ONCE,
        "Every fault that a vendor can show meets every operation on every kind of record in all three systems.",
    ),
    Suite(
        "What is not known of the vendors",
        ONCE,
        "Where a vendor's documentation is silent, a packet's life is lived with the vendor behaving in either way.",
    ),
    Suite(
        "State machine",
        ONCE,
        "Creations, updates, erasures, deaths, outages, lost and late answers, people's edits and clock jumps in "
        "orders that nobody thought of; after each, the rules must hold.",
    ),
    Suite(
        "Named fault points",
        ONCE,
        "A delivery is killed, stopped, failed or left without disk at each named point between its intent and its "
        "end, in all three systems.",
    ),
    Suite(
        "Workers",
        ONCE,
        "Four processes share one ledger; one is frozen for longer than its lease at each place of a request, and "
        "wakes.",
        tests=4,
    ),
    Suite("Ledger under contention", ONCE, "Eight processes write into one ledger at the same time."),
    Suite("Ledger choices", ONCE, "Two processes write and checkpoint at once, in the journal mode that was chosen."),
    Suite("Ledger, killed and cut", ONCE, "Writers are killed, and what they left behind is cut off anywhere."),
    Suite(
        "Ledger after a power failure",
        ONCE,
        "The power fails at every write, sync and deletion of the database, and the ledger is opened again.",
    ),
    Suite("Ledger, full or read-only", ONCE, "The disk is full, or the file or folder is closed to this user."),
    Suite("Ledger versions", ONCE, "A stored ledger of every earlier version is opened by this one."),
    Suite("Same key", ONCE, "The same packet is handed in from many threads and processes at once.", tests=2),
    Suite(
        "Breaker",
        APART,
        "A vendor is down for ten minutes while packets keep coming for it and for the others.",
    ),
    Suite("Hostile JSON", HARMLESS, "Packets are mutated by the thousand; bombs of depth, size and numbers are sent."),
    Suite("Hostile configuration", HARMLESS, "Configuration files are mutated and blown up."),
    Suite("Hostile text in Slack", HARMLESS, "Mentions, links, fences and invisible characters in every field."),
    Suite("Hostile text as HTML", HARMLESS, "Markup of every kind, read back with a browser's parser."),
    Suite("Template syntax", HARMLESS, "Placeholders of many template languages, among them Zendesk's own."),
    Suite(
        "Prompt injection",
        HARMLESS,
        "Every packet is judged twice, with and without text that tries to give the AI or the program orders.",
    ),
    Suite("Inbox traps", HARMLESS, "Links, pipes, sockets, odd names and bombs are dropped into the inbox."),
    Suite(
        "Secrets",
        SECRET,
        "Every token is a canary. All commands run under all faults; then every output, log and file is searched for "
        "it, also in encoded forms.",
    ),
    Suite("Secrets in error texts", SECRET, "Wrong values are put everywhere, and the refusals are read."),
    Suite("Tenants", SECRET, "Twenty businesses work interleaved in one process, each with a ledger of its own."),
    Suite("Tenants in one PostgreSQL store", SECRET, "The same with one PostgreSQL database for all."),
    Suite(
        "Redaction on labelled text",
        PRIVATE,
        "Sentences of conversations are made with a card, an IBAN, a phone number or an address in them, written and "
        "spoken, and with order numbers, tracking numbers, times and prices; what is taken out is counted.",
    ),
    Suite(
        "Erasure",
        FORGOTTEN,
        "A process dies at each operation of an erasure, and at each request of a delivery before one; and an erasure "
        "comes at each request of a delivery. Then every file and everything that the vendors hold is searched.",
        tests=3,
    ),
)
