"""The contact: who it is about, and the properties that may be filled in."""

from __future__ import annotations

import re
from typing import Final

from handoff_core.connector import Payload, View
from handoff_core.privacy.tokens import is_withheld
from handoff_mappings.hubspot.phone import to_e164
from handoff_mappings.hubspot.settings import HubSpotSettings
from handoff_mappings.hubspot.values import contact_id_of, field_values
from handoff_mappings.text import cut, one_line

CONTACT: Final = "contact"
LONGEST_NAME: Final = 255
"""Characters of a name or a company. HubSpot names no limit; lists show far less."""

_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


def contact_of(view: View, settings: HubSpotSettings) -> Payload | None:
    """The contact to find or make; None when the packet says nothing by which a person could be told from another."""
    customer = view.packet.customer
    if customer is None:
        return None
    given = contact_id_of(view.packet)
    email = email_of(customer.email)
    phone = to_e164(customer.phone, view.region) if customer.phone else None
    name, number, company = (_shown(one) for one in (customer.name, customer.phone, customer.company))
    first, last = split_name(name)
    if not (given or email or phone or first):
        return None
    properties = {
        "firstname": first,
        "lastname": last,
        "email": email or "",
        "phone": phone or cut(one_line(number), LONGEST_NAME),
        "company": cut(one_line(company), LONGEST_NAME),
    }
    properties = {name: value for name, value in properties.items() if value}
    extra, shortened = field_values(settings.contact_fields, view)
    identity = {"id": given, "email": email, "phone": phone, "key": view.key}
    return Payload(
        kind=CONTACT,
        key=f"{view.key}~contact",
        body={"properties": properties | extra},
        title=one_line(name) or email or phone or f"Contact {given}",
        look_up_first=True,
        withheld=tuple(f"contact property {name}: shortened" for name in shortened),
        local={
            "identity": {name: value for name, value in identity.items() if value},
            "optional": sorted(settings.contact_fields),
        },
        text=lambda: "\n".join(f"{name}: {value}" for name, value in (properties | extra).items()),
    )


def _shown(text: str | None) -> str:
    """A value of the customer; empty where only its marker is shown here: a property holds the value or nothing."""
    return "" if text is None or is_withheld(text) else text


def email_of(text: str | None) -> str | None:
    """The address in small letters, as HubSpot stores it; None for what HubSpot would refuse."""
    address = (text or "").strip().lower()
    return address if _EMAIL.fullmatch(address) and ".." not in address else None


def split_name(name: str | None) -> tuple[str, str]:
    """First and last name: ``Maria Elena Lindqvist`` → ``Maria``, ``Elena Lindqvist``."""
    first, _, last = one_line(name or "").partition(" ")
    return cut(first, LONGEST_NAME), cut(last, LONGEST_NAME)
