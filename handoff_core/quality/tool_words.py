"""What the words in the names of tools mean: which read, which change, and which forms say that it is done."""

from __future__ import annotations

from typing import Final

from handoff_core.quality.english import words

READS: Final = words(
    "get find list search lookup look fetch read query show view check retrieve describe calculate compute "
    "estimate verify validate count think plan reason preview peek inspect load select export can is has test "
    "track status info details detail by of for the a to from in"
)
"""First words of tools that change nothing, and words in names that say nothing of the matter."""

CHANGES: Final = words(
    "create update modify cancel refund return exchange book reserve send delete add remove set change pay "
    "charge issue apply activate deactivate enable disable reset close reopen submit schedule reschedule "
    "order place approve unlock lock upgrade downgrade grant redeem credit register replace assign resume "
    "suspend pause ship dispatch waive transfer block unblock extend renew move swap revoke restore toggle "
    "install uninstall reboot restart subscribe unsubscribe confirm post write insert patch put merge log "
    "file open adjust edit save void terminate rebook hold freeze unfreeze release stop enroll mark complete dispute"
)
"""Words in a tool's name that say that it changes something."""

TO_A_PERSON: Final = frozenset({"human", "humans", "agent", "agents", "handoff", "handover", "operator"})
"""A tool that has one of these words in its name makes the handoff itself."""

OF_THE_AI: Final = words(
    "otp verification session note notes memory event events metric feedback conversation summary transcript thought "
    "interaction call calls trace span thread"
)
"""What an AI changes for itself, or to know who calls: of no use to the reader."""

PERSONAL_KEYS: Final = words(
    "email mail phone mobile telephone zip postal name first last birth dob ssn card cvv cvc iban pin "
    "password token secret address street city passport license expiry expiration otp"
)
"""Words in names of values that a finding never repeats."""

_KIN: Final = (
    ("cancel", "void", "terminate", "revoke"),
    ("refund", "credit", "reimburse", "money back", "certificate", "compensate"),
    ("return",),
    ("exchange", "swap", "replace", "replacement"),
    ("book", "reserve", "schedule", "rebook", "reschedule", "appointment", "reservation", "move", "confirm"),
    ("update", "modify", "change", "edit", "set", "patch", "adjust", "correct", "put", "switch", "move", "save", "swap",
     "add", "remove", "upgrade", "downgrade", "enter", "record", "rebook", "reschedule"),
    ("create", "add", "open", "insert", "register", "post", "log", "file", "submit", "place", "order", "raise", "make",
     "record", "write", "ticket", "save"),
    ("send", "mail", "email", "text", "issue", "ship", "dispatch", "notify", "message", "post", "forward", "give"),
    ("delete", "remove", "erase"),
    ("pay", "charge", "payment", "bill", "debit"),
    ("activate", "enable", "unlock", "unblock", "resume", "restore", "grant", "turn on", "toggle", "reopen"),
    ("deactivate", "disable", "lock", "block", "suspend", "pause", "turn off", "toggle", "stop"),
    ("hold", "freeze", "stop", "block", "pause"),
    ("release", "unfreeze", "unlock", "unblock"),
    ("reset", "reboot", "restart"),
    ("approve", "confirm", "accept"),
    ("close",),
    ("upgrade", "downgrade", "change"),
    ("assign", "transfer", "forward"),
    ("apply", "redeem", "credit", "discount"),
    ("renew", "extend"),
    ("waive",),
    ("issue", "give", "grant", "credit", "refund", "certificate"),
    ("install", "uninstall"),
    ("subscribe", "unsubscribe", "cancel"),
)  # fmt: skip


def of_same_kind(verb: str) -> frozenset[str]:
    """The words with which a note may say the same as a tool's verb."""
    return frozenset({verb, *(word for kin in _KIN if verb in kin[:1] or verb in kin for word in kin)})


_IRREGULAR: Final = {
    "send": ("sent",),
    "hold": ("held", "on hold"),
    "freeze": ("frozen", "froze"),
    "stop": ("stopped",),
    "enroll": ("enrolled",),
    "set": (),
    "pay": ("paid",),
    "reset": ("was reset", "been reset", "is reset"),
    "put": (),
    "write": ("wrote", "written"),
    "make": ("made",),
    "give": ("gave", "given"),
    "swap": ("swapped",),
    "ship": ("shipped",),
    "cancel": ("cancelled", "canceled"),
    "submit": ("submitted",),
    "log": ("logged",),
    "edit": ("edited",),
    "refund": ("refunded", "refund was issued", "refund issued", "refund is on", "refund has been"),
}


def _done(verb: str) -> tuple[str, ...]:
    if verb in _IRREGULAR:
        forms: tuple[str, ...] = _IRREGULAR[verb]
    elif verb.endswith("e"):
        forms = (f"{verb}d",)
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        forms = (f"{verb[:-1]}ied",)
    else:
        forms = (f"{verb}ed",)
    return tuple(f" {form} " for form in forms)


DONE: Final = {word: _done(word) for kin in (*_KIN, tuple(CHANGES)) for word in kin if " " not in word}
"""The forms of a verb that say that it has happened, each between spaces."""
