"""By what the earlier packets of a customer are found: a digest of his account, e-mail address and telephone number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from handoff_core.packet.parts import Customer
from handoff_core.privacy.erasure import normal_phone

DIGEST_LENGTH = 32
"""Hexadecimal digits of a key: 128 bits."""


@dataclass(frozen=True, slots=True)
class CustomerDigests:
    """The ledger's keys of one customer; None where the packet does not say it.

    Digests and not the values, so that the ledger has no second place with a customer's address in it.
    """

    account: str | None = None
    email: str | None = None
    phone: str | None = None

    @classmethod
    def of(cls, customer: Customer | None, region: str) -> CustomerDigests:
        """The keys of a packet's customer. A number counts in its international form alone: without a country code and
        a ``region`` to know it by, the same digits may be two people's."""
        if customer is None:
            return NOBODY
        email = (customer.email or "").strip().casefold()
        phone = normal_phone(customer.phone, region) if customer.phone and customer.phone.strip() else None
        account = str(customer.account_id).strip() if customer.account_id is not None else ""
        return cls(
            account=_digest("account", account) if account else None,
            email=_digest("email", email) if "@" in email else None,
            phone=_digest("phone", phone) if phone is not None and phone.startswith("+") else None,
        )

    def __bool__(self) -> bool:
        return any((self.account, self.email, self.phone))


NOBODY = CustomerDigests()
"""A packet without a customer who could be known again."""


def _digest(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]
