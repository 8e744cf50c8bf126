"""Secrets in text: keys and tokens by their shape, and what follows "password is"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handoff_core.privacy.kinds import Found, Kind

_SHAPES: Final = re.compile(
    r"""
      -----BEGIN[ ][A-Z0-9 ]{0,40}PRIVATE[ ]KEY-----
        (?:[A-Za-z0-9+/=\s:,.\\]|-(?!-)){0,8000}+(?:-----END[ ][A-Z0-9 ]{0,40}PRIVATE[ ]KEY-----)?
    | \b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b           # AWS
    | \bgh[opusr]_[A-Za-z0-9]{30,255}\b                 # GitHub
    | \bgithub_pat_\w{22,255}\b
    | \bxox[abeoprs]-[\w-]{10,}                         # Slack
    | \bxapp-\d-[\w-]{10,}
    | https://hooks\.slack\.com/services/[\w/]{20,}
    | \b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}\b          # Stripe
    | \bwhsec_[A-Za-z0-9]{16,}\b
    | \bsk-(?:[a-z]+-){0,3}[\w-]{20,}                   # OpenAI, Anthropic
    | \bAIza[\w-]{35}                                   # Google
    | \bya29\.[\w-]{20,}
    | \bglpat-[\w-]{20,}                                # GitLab
    | \bnpm_[A-Za-z0-9]{36}\b
    | \bpypi-[\w-]{50,}
    | \bSG\.[\w-]{16,}\.[\w-]{16,}                      # SendGrid
    | \bpat-(?:na|eu|ap)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b   # HubSpot
    | \bdop_v1_[0-9a-f]{64}\b                           # DigitalOcean
    | \bAC[0-9a-f]{32}\b | \bSK[0-9a-f]{32}\b           # Twilio
    """,
    re.VERBOSE | re.DOTALL,
)
_WEB_TOKEN: Final = re.compile(r"(?<![\w-])(?=[\w-]*?\beyJ[\w-]{5})[\w-]++\.eyJ[\w-]{5,}+\.[\w-]*+")
"""A JSON Web Token, with what is written before it without a space. Sought from the beginning of a word alone, so that
no word is read once for each of its letters."""
_WEB_TOKEN_BEGIN: Final = re.compile(r"\beyJ[\w-]{5}")
_IN_URL: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://[^\s/:@]{0,100}:(?P<value>[^\s/@]{3,100})@")
_BEARER: Final = re.compile(r"\b(?:bearer|basic)\s+(?P<value>[A-Za-z0-9._~+/=-]{16,})", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"\b(?P<name>pass[ -]?words?|passwd|passphrase|pass[ -]?code|pwd|passwort|kennwort|mot de passe|contrase[ñn]a"
    r"|pin(?:[ -]?(?:code|number))?|cvv2?|cvc2?|security[ -]code|otp|one[ -]time (?:code|password)"
    r"|verification code|2fa code|login code|secret(?:[ _-]?(?:access)?[ _-]?key)?|client[ _-]?secret"
    r"|api[ _-]?(?:key|token|secret)|access[ _-]?(?:key|token)|auth(?:entication|orization)?[ _-]?token|token"
    r"|aws_secret_access_key)\b"
    r"(?:\s++(?:for|to|of|on)\s++[^\n,;:]{1,30}?)??"
    r"(?P<link>\s*+[:=]+>?\s*+|\s++(?:is|was|ist|est|es|set to|changed to|reset to|should be)(?:\s++(?::\s++)?|:\s++)"
    r"|\s++(?=[\"'`“]|\d{3,8}\b))"
    r"(?P<quote>[\"'`“]?)(?P<value>[^\s\"'`“”]{3,200})",
    re.IGNORECASE,
)
_NUMERIC: Final = re.compile(r"pin|cv[vc]|security|otp|one|verification|2fa|login|pass[ -]?code", re.IGNORECASE)
_WORDY: Final = re.compile(r"[A-Za-zÀ-ÿ][a-zÀ-ÿ]*(?:[-'’][A-Za-zÀ-ÿ]+)*|[A-Z]+|\d{1,2}(?::\d\d)?(?:am|pm)?", re.ASCII)
_HINTS: Final = (
    *("pass", "pwd", "kennwort", "contrase", "pin", "cvv", "cvc", "code", "otp", "secret", "token", "key", "://"),
    *("bearer", "basic", "eyj", "akia", "asia", "aroa", "aida", "gho_", "ghp_", "ghu_", "ghs_", "ghr_", "github_pat"),
    *("xox", "xapp", "k_live", "k_test", "whsec", "sk-", "aiza", "ya29", "glpat", "npm_", "pypi-", "sg.", "pat-"),
    *("dop_", "begin"),
)
"""One of them stands in every text with a secret but Twilio's, in small letters: a look before a search that costs."""
_TWILIO: Final = re.compile(r"(?:AC|SK)[0-9a-f]{32}")


def find_secrets(text: str) -> Iterator[Found]:
    """Every secret in ``text``; only the value, so that a reader still sees what stood there."""
    small = text.lower()
    if not any(hint in small for hint in _HINTS) and _TWILIO.search(text) is None:
        return
    yield from find_shaped(text)
    for pattern in (_IN_URL, _BEARER):
        for match in pattern.finditer(text):
            yield Found(match.start("value"), match.end("value"), Kind.SECRET, match["value"])
    for match in _NAMED.finditer(text):
        value = match["value"].rstrip(".,;:?)")
        if _is_secret(match["name"], match["link"], match["quote"], value):
            yield Found(match.start("value"), match.start("value") + len(value), Kind.SECRET, value)


def find_shaped(text: str) -> Iterator[Found]:
    """The secrets that are known by their form alone: those of vendors, and private keys."""
    for match in _SHAPES.finditer(text):
        yield Found(match.start(), match.end(), Kind.SECRET, match[0])
    for match in _WEB_TOKEN.finditer(text):
        begin = _WEB_TOKEN_BEGIN.search(text, match.start(), match.end())
        if begin is not None:
            yield Found(begin.start(), match.end(), Kind.SECRET, text[begin.start() : match.end()])


def _is_secret(name: str, link: str, quote: str, value: str) -> bool:
    """Whether a value reads like a secret and not like the next word of a sentence ("my password is wrong")."""
    if len(value) < 3:
        return False
    if value.isdigit():
        return len(value) >= 4 or _NUMERIC.match(name) is not None
    if not link.strip() and not quote:
        return False
    if quote:
        return len(value) >= 4
    if _WORDY.fullmatch(value) is None:
        return len(value) >= 4 and any(one.isdigit() or not one.isalnum() for one in value)
    # A long word of mixed case (qWeRtZuIoP) is no word; "password: Sunflower" names one all the same.
    mixed = sum(one.isupper() for one in value[1:]) >= 2 and not value.isupper()
    assigned = any(sign in link for sign in ":=")
    return len(value) >= 8 and (mixed or (assigned and _NOT_ONE.fullmatch(value) is None))


_NOT_ONE: Final = re.compile(
    r"(?:required|unknown|incorrect|expired|forgotten|rejected|accepted|disabled|missing|optional|provided"
    r"|invalid|correct|customer|whatever|resetting|something|received|redacted|withheld)",
    re.IGNORECASE,
)
