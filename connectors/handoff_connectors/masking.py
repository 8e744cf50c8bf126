"""What we sent to prove who we are is taken out of the answer before anybody reads it.

Vendors, and proxies in front of them, repeat a request in their errors; such words end in an error's text, and with it
in logs, in the ledger and before an operator's eyes.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import requests

MASK: Final = "***"
_SHORTEST: Final = 6
"""Characters; anything shorter is no secret, and masking it would spoil answers."""
_SECRET_NAME: Final = re.compile(r"secret|password|token|client_id", re.IGNORECASE)


def mask_answer(response: requests.Response, request: requests.PreparedRequest) -> None:
    """Mask in the answer's body and headers what the request carried in Authorization, or as an OAuth client."""
    header = request.headers.get("Authorization")
    if header is None:
        secrets = tuple(secret for one in _of_client(request.body) for secret in _spellings(one))
    else:
        secrets = _in_header(header if isinstance(header, str) else header.decode("latin-1"))
    if not secrets:
        return
    content = response.content
    values = "\n".join(response.headers.values())  # one look for each spelling, not one at every header
    for secret, raw in secrets:
        if raw in content:
            content = content.replace(raw, MASK.encode())
        if secret in values:
            for name, value in list(response.headers.items()):
                response.headers[name] = value.replace(secret, MASK)
    response._content = content


@lru_cache(maxsize=16)
def _in_header(header: str) -> tuple[tuple[str, bytes], ...]:
    """The secrets of an Authorization header in each spelling; a connector sends the same one again and again."""
    return tuple(secret for one in _credentials(header) for secret in _spellings(one))


def _credentials(header: str) -> Iterator[str]:
    scheme, _, credential = header.strip().partition(" ")
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


def _spellings(secret: str) -> Iterator[tuple[str, bytes]]:
    """A secret as it is, and as JSON, urls, HTML and base64 write it, each with its bytes; the longest first, so that
    none is left in part."""
    if len(secret) < _SHORTEST:
        return
    escaped = json.dumps(secret)[1:-1]
    spelt = {secret, escaped, escaped.replace("/", "\\/"), quote(secret, safe=""), quote(secret)}
    # Of signs that HTML must not hold, servers write what they like in the place of quotes.
    spelt |= {html.escape(secret), html.escape(secret, quote=False), html.escape(secret).replace("&#x27;", "&#39;")}
    spelt |= {one for one in _in_base64(secret) if len(one) >= _SHORTEST}
    for one in sorted(spelt, key=len, reverse=True):
        yield one, one.encode("utf-8", "surrogateescape")


def _in_base64(secret: str) -> Iterator[str]:
    """What a secret is in base64, in both alphabets, wherever it begins in what was encoded: signs of its own alone."""
    raw = secret.encode("utf-8", "surrogateescape")
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).decode()
        # The first and last sign of the secret may share bits with what stands beside it.
        first = (before * 8 + 5) // 6
        last = (before + len(raw)) * 8 // 6
        own = encoded[first:last]
        yield own
        yield own.replace("+", "-").replace("/", "_")
    yield base64.b64encode(raw).decode()
    yield base64.urlsafe_b64encode(raw).decode()
