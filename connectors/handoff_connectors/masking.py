"""What we sent to prove who we are is taken out of the answer before anybody reads it.

Vendors, and proxies in front of them, repeat a request in their errors; such words end in an error's text, and with it
in logs, in the ledger and before an operator's eyes.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import requests

MASK: Final = "***"
_SHORTEST: Final = 6
"""Characters; anything shorter is no secret, and masking it would spoil answers."""
_SECRET_NAME: Final = re.compile(r"secret|password|token|client_id", re.IGNORECASE)


def mask_answer(response: requests.Response, request: requests.PreparedRequest) -> None:
    """Mask in the answer's body and headers what the request carried in Authorization, or as an OAuth client."""
    secrets = [secret for one in _sent(request) for secret in _spellings(one)]
    if not secrets:
        return
    content = response.content
    for secret in secrets:
        raw = secret.encode("utf-8", "surrogateescape")
        if raw in content:
            content = content.replace(raw, MASK.encode())
        for name, value in response.headers.items():
            if secret in value:
                response.headers[name] = value.replace(secret, MASK)
    response._content = content


def _sent(request: requests.PreparedRequest) -> Iterator[str]:
    header = request.headers.get("Authorization")
    if header is None:
        yield from _of_client(request.body)
        return
    text = header if isinstance(header, str) else header.decode("latin-1")
    scheme, _, credential = text.strip().partition(" ")
    yield credential
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(credential, validate=True).decode("utf-8").rpartition(":")
        except (binascii.Error, UnicodeDecodeError):
            return
        yield from (password, user, user.removesuffix("/token"))


def _of_client(body: bytes | str | None) -> Iterator[str]:
    """The secrets in the body of a request for a token."""
    try:
        found = json.loads(body or "")
    except (ValueError, TypeError, RecursionError):
        return
    if isinstance(found, dict):
        yield from (value for name, value in found.items() if isinstance(value, str) and _SECRET_NAME.search(name))


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it is, and as JSON and urls write it; the longest first, so that none is left in part."""
    if len(secret) < _SHORTEST:
        return
    escaped = json.dumps(secret)[1:-1]
    spelt = {secret, escaped, escaped.replace("/", "\\/"), quote(secret, safe=""), quote(secret)}
    yield from sorted(spelt, key=len, reverse=True)
