"""The plan of an erasure: what there is, what happens to it, and in plain words what nobody can erase. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from handoff_core.connector import Erasure
from handoff_core.errors import Problem
from handoff_core.receipt import WAS_ERASED
from handoff_core.views import ErasureRecord

ALWAYS_STAYS: Final = (
    "Mail, push messages and exports that the vendors have sent already cannot be called back; delete them where they "
    "arrived.",
    "Backups of the ledger and of the vendors keep what they hold until they are overwritten; after restoring one, "
    "run the same `handoff forget` again.",
    "What the AI's own system keeps of the conversation is not Handoff's; erase it there.",
)
"""What no erasure reaches, each with what a person does."""
REMOTE_STAYS: Final = (
    "Retention is about Handoff's own ledger: the records in Zendesk, HubSpot and Slack are the business's and stay; "
    "`handoff forget ID` erases those too.",
)


SHORTEST_PHONE: Final = 6
"""Digits of the shortest number that is looked for as one."""


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """By what a customer is asked for: an e-mail address, a telephone number, or an account's id."""

    email: str | None = None
    phone: str | None = None
    account: str | None = None

    @classmethod
    def of(cls, text: str, region: str) -> CustomerKey:
        """What a person writes after ``--customer``. ValueError for a blank text."""
        wanted = text.strip()
        if not wanted:
            raise ValueError("is blank; write an e-mail address, a telephone number or an account's id")
        if "@" in wanted:
            return cls(email=wanted.casefold(), account=wanted)
        return cls(phone=normal_phone(wanted, region), account=wanted)

    def is_of(self, customer: Mapping[str, Any], region: str) -> bool:
        """Whether a packet's ``customer`` is the one that is meant."""
        email, phone = _text(customer.get("email")), _text(customer.get("phone"))
        if self.email is not None and email.casefold() == self.email:
            return True
        if self.account is not None and _text(customer.get("account_id")) == self.account:
            return True
        return self.phone is not None and phone != "" and normal_phone(phone, region) == self.phone


def normal_phone(text: str, region: str) -> str | None:
    """The number in its international form (E.164), where no country is known as its digits; None for anything else."""
    import phonenumbers  # its tables cost 30 ms to load

    digits = "".join(sign for sign in text if sign.isdecimal())
    local = digits if len(digits) >= SHORTEST_PHONE and not any(sign.isalpha() for sign in text) else None
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return local
    if not phonenumbers.is_possible_number(number):
        return local
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def customer_in(body: str | bytes) -> Mapping[str, Any]:
    """The ``customer`` of a packet's JSON; empty where there is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    customer = found.get("customer") if isinstance(found, dict) else None
    return customer if isinstance(customer, dict) else {}


def planned(
    destination: str,
    title: str | None,
    kind: str,
    remote_id: str | None,
    url: str | None,
    erasure: Erasure | None,
    *,
    shared_with: tuple[str, ...] = (),
    doubtful: bool = False,
) -> ErasureRecord:
    """What happens to one record. ``title``: of its connector, None when the destination is not configured any more.

    ``doubtful``: the vendor may or may not have it. ``erasure``: None when its connector cannot erase.
    """
    if shared_with:
        what = (
            f"stays: {', '.join(shared_with)} of the same customer {'has' if len(shared_with) == 1 else 'have'} it too"
        )
        fix = "Forget those too (--customer) and it is cleared with the last of them."
        return ErasureRecord(destination, kind, remote_id, url, what, (fix,), by_handoff=True)
    if title is None:
        what = "waits: the destination is not in the configuration any more"
        fix = "Configure the destination again, or delete the record by hand and run `handoff dead drop`."
        return ErasureRecord(destination, kind, remote_id, url, what, (fix,), by_handoff=False)
    if erasure is None:
        what = f"cannot be erased by Handoff: its connector for {title} does not know how"
        fix = "Delete the record by hand, then run `handoff dead drop`."
        return ErasureRecord(destination, kind, remote_id, url, what, (fix,), by_handoff=False)
    stays = erasure.stays
    if doubtful and remote_id is None:
        what = f"may be there, its answer was lost: it is looked for by its key, and {erasure.what}"
        stays = (*stays, *([erasure.unfound] if erasure.unfound else []))
    else:
        what = erasure.what
    return ErasureRecord(destination, kind, remote_id, url, what, stays, by_handoff=True)


def remaining(stays: Iterable[str], *, local: bool = False) -> tuple[str, ...]:
    """Everything that is not erased, each once; ``local``: the vendors' records are left on purpose."""
    return tuple(dict.fromkeys((*stays, *(REMOTE_STAYS if local else ()), *ALWAYS_STAYS)))


def erased_on(at: float) -> str:
    """``erased on 2026-11-26``, in UTC."""
    return f"erased on {_day(at)}"


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def erased_problem(at: float) -> Problem:
    """Why a packet with an erased id is not taken."""
    return Problem(
        "id",
        f"{WAS_ERASED}{_day(at)}: nothing is made anew after an erasure",
        "stop sending this case; a new matter of the same customer gets a new id",
    )


def without_transcript(body: str) -> str | None:
    """A packet's JSON without its conversation; None when it has none."""
    found = json.loads(body)
    if not found.get("transcript"):
        return None
    del found["transcript"]
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
