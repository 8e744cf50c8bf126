"""One HTTP policy under all SDKs.

A request is sent once, to the one origin that the destination names, with time limits, without redirects, and its
answer is read up to a size. Nothing is retried here: the delivery loop does that, after a look-up where it must.
What fails before anything was sent is ``Transient``; what fails after is ``Unknown`` for a write.

``Transport.session`` is a ``requests.Session`` that an SDK can be given; everything it sends takes the same path.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from handoff_connectors.answers import WAIT_WITHOUT_WORD, VendorText, json_object, lost, raise_for_status, request_id
from handoff_connectors.masking import MASK, mask_answer
from handoff_core.clock import AHEAD
from handoff_core.connector import Context, Observed, RecordedRequest
from handoff_core.errors import Refused, Transient

CONNECT_TIMEOUT: Final = 3.05
"""Seconds; a little more than one TCP retransmission."""
LARGEST_ANSWER: Final = 10 * 1024 * 1024
"""Bytes of an answer, uncompressed, that are read at most."""
SLOWEST_ANSWER: Final = 5.0
"""Seconds beyond the time limit after which an answer that still drips in is given up; the lease has this reserve."""
CLOCK_TOLERANCE: Final = 30.0
"""Seconds that our clock may be ahead of the vendor's Date header, which has whole seconds, without a word."""
CLOCK_NOTED: Final = 7 * 86_400.0
"""Seconds for which it is noted that our clock was ahead."""

_PLAIN_URL: Final = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9/_.-]*")
_CHUNK: Final = 64 * 1024
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SECRET_HEADERS: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
_LOG: Final = logging.getLogger("handoff.http")


@dataclass(frozen=True, slots=True)
class Answer:
    """A plausible reply that stands in for the vendor's in a preview."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


ReadLimits = Callable[[str, Mapping[str, str]], Iterable[Observed]]
"""What the headers of an answer say about limits: (path, headers) → Observed. Names are found in any case."""
Authorization = Callable[[], str]
"""The value of the Authorization header, fetched when it is first needed."""


class _Adapter(HTTPAdapter):
    """Sends once, and keeps no cookies: no vendor's API needs them, and they cost a fifth of a request's time."""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """As requests builds it (2.32), without a look at its cookies."""
        response = requests.Response()
        response.status_code = resp.status
        response.headers = CaseInsensitiveDict(resp.headers)
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        response.raw, response.reason = resp, resp.reason
        response.url = req.url or ""
        response.request = req
        return response


class PolicySession(requests.Session):
    """A session whose every request takes the transport's path; an SDK cannot send past it."""

    authorized = True
    """zenpy asks this (2.0.57): True = the session owns the credentials, zenpy needs none."""

    def __init__(self, exchange: Callable[[requests.PreparedRequest], requests.Response]) -> None:
        super().__init__()
        self.trust_env = False  # a .netrc would replace our Authorization
        self.exchange = exchange
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(max_retries=0, pool_connections=1, pool_maxsize=1))

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As requests prepares it, with the session's headers and authorization and without cookies and hooks."""
        headers = CaseInsensitiveDict(self.headers)
        headers.update(request.headers or {})
        prepared = requests.PreparedRequest()
        prepared.prepare_method(request.method)
        if not request.params and _PLAIN_URL.fullmatch(request.url or ""):
            prepared.url = request.url  # nothing in it that would be spelt otherwise
        else:
            prepared.prepare_url(request.url, request.params)
        prepared.prepare_headers({name: value for name, value in headers.items() if value is not None})
        prepared.prepare_body(request.data, request.files, request.json)
        prepared.prepare_auth(request.auth or self.auth, request.url)
        return prepared

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send by the policy; whatever limits and redirects a caller asks for are not taken."""
        return self.exchange(request)

    def send_once(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send for real: no redirects, no hooks, the body still to be read."""
        return self.get_adapter(request.url or "").send(request, stream=True, **kwargs)


class Transport:
    """One vendor's origin as one destination may call it. Used by one thread at a time.

    ``origin``: scheme, host and port. ``title``: the vendor's name in messages. ``vendor_text`` takes the vendor's
    words out of an error body. ``read_limits`` reads rate headers. ``authorization`` is asked for each request that
    has no such header of its own. ``answer`` gives the reply to a recorded request in a preview.
    """

    def __init__(
        self,
        context: Context,
        *,
        origin: str,
        title: str,
        vendor_text: VendorText = lambda response: "",
        read_limits: ReadLimits = lambda path, headers: (),
        answer: Callable[[RecordedRequest], Answer] = lambda request: Answer({}),
        authorization: Authorization | None = None,
        wait: float = WAIT_WITHOUT_WORD,
    ) -> None:
        self.title = title
        self.session = PolicySession(self._from_session)
        self.session.headers.update({"User-Agent": "handoff/1", "Accept": "application/json"})
        self._context = context
        self._origin = _origin(origin)
        self._prefix = f"{_spell(self._origin)}/"
        self._is_loopback = _is_loopback(self._origin[1])
        self._vendor_text = vendor_text
        self._read_limits = read_limits
        self._answer = answer
        self._authorization = authorization
        self._wait = wait
        self._environment: Mapping[str, Any] = {}

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        data: bytes | str | Mapping[str, str] | None = None,
        json: Any = None,
        idempotent: bool | None = None,
        authorize: bool = True,
    ) -> requests.Response:
        """Send one request and read its answer whole; the status is the caller's to judge.

        ``url`` is a path or a full address on the origin. ``idempotent``: nothing changes there however often it is
        sent (default: GET and HEAD only). Raises Transient, Unknown, Refused.
        """
        if url.startswith("/"):
            url = self._prefix + url[1:]
        request = requests.Request(method, url, headers=headers, params=params, data=data, json=json)
        try:
            prepared = self.session.prepare_request(request)
        except (requests.RequestException, UnicodeError, ValueError) as error:
            raise Refused(
                f"the request to {self.title} cannot be built; check base_url and the token in the configuration"
            ) from error
        write = method.upper() not in _READS if idempotent is None else not idempotent
        return self.exchange(prepared, write=write, authorize=authorize)

    def exchange(self, request: requests.PreparedRequest, *, write: bool, authorize: bool = True) -> requests.Response:
        """The same for a request that is already prepared."""
        self._pin(request.url or "")
        recorder = self._context.recorder
        if recorder is not None:
            if authorize and self._authorization is not None:
                request.headers.setdefault("Authorization", MASK)
            recorded = _recorded(request)
            recorder.record(recorded)
            response = _canned(request, self._answer(recorded))
        else:
            if authorize and self._authorization is not None and "Authorization" not in request.headers:
                request.headers["Authorization"] = self._authorization()
            self._context.before_request()
            response = self._send(request, write)
            self._compare_clocks(response)
        for observed in self._read_limits(urlsplit(request.url or "").path, response.headers):
            self._context.observe(observed)
        return response

    def raise_for_status(self, response: requests.Response, *, write: bool, limit_class: str | None = None) -> None:
        """Raise what a status other than 2xx stands for."""
        raise_for_status(
            response,
            write=write,
            title=self.title,
            now=self._context.clock.now(),
            vendor_text=self._vendor_text,
            limit_class=limit_class,
            wait=self._wait,
        )

    def json_object(self, response: requests.Response, *, write: bool) -> dict[str, Any]:
        """The JSON object in a 2xx answer; Unknown or Transient for anything else."""
        return json_object(response, write=write, title=self.title)

    def through_session(self, send: Callable[[requests.PreparedRequest], requests.Response]) -> None:
        """Take what an SDK sends through ``session`` to ``send``, which ends in ``exchange``.

        So that an SDK that would send again never sees an error: ``send`` raises it.
        """
        self.session.exchange = send

    def close(self) -> None:
        """Give back the sockets."""
        self.session.close()

    def _from_session(self, request: requests.PreparedRequest) -> requests.Response:
        return self.exchange(request, write=(request.method or "").upper() not in _READS)

    def _pin(self, url: str) -> None:
        if url.startswith(self._prefix):
            return
        try:
            asked = _origin(url)
        except ValueError:
            raise Refused(f"{self.title} was to be called at an address that is none") from None
        if asked != self._origin:
            raise Refused(
                f"{self.title} is only called at {_spell(self._origin)}; a request to {_spell(asked)} was stopped, "
                "since it would have carried the token there"
            )

    def _send(self, request: requests.PreparedRequest, write: bool) -> requests.Response:
        clock, limit = self._context.clock, self._context.settings.timeout
        began = clock.now()
        status, where = "-", None
        try:
            response = self.session.send_once(request, timeout=(CONNECT_TIMEOUT, limit), **self._surroundings(request))
            status = str(response.status_code)
            try:
                self._read(response, write, until=began + limit + SLOWEST_ANSWER)
            finally:
                response.close()
            mask_answer(response, request)
            where = request_id(response)
            return response
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            status = type(error).__name__  # for the log; people are told in words
            raise self._judged(error, write) from error
        finally:
            if _LOG.isEnabledFor(logging.INFO):
                took = round((clock.now() - began) * 1000)
                _LOG.info(
                    "%s %s%s %s %d ms %s", request.method, self._origin[1], _loggable(request), status, took, where
                )

    def _compare_clocks(self, response: requests.Response) -> None:
        """Note when our clock is ahead: a record that is looked for since it was sent would else not be found."""
        there = _moment(response.headers.get("Date", ""))
        if there is None:
            return
        ahead = self._context.clock.now() - there
        if ahead <= CLOCK_TOLERANCE:
            return
        noted = float(self._context.memory.recall(AHEAD) or 0.0)
        if ahead > noted + CLOCK_TOLERANCE:
            self._context.memory.remember(AHEAD, f"{ahead:.0f}", seconds=CLOCK_NOTED)

    def _surroundings(self, request: requests.PreparedRequest) -> Mapping[str, Any]:
        """Proxies and certificates that the environment asks for; none for a loopback address."""
        if self._is_loopback:
            return {"proxies": {}, "verify": True}
        if not self._environment:
            found = requests.Session().merge_environment_settings(request.url or "", {}, True, True, None)
            self._environment = {name: value for name, value in found.items() if name in ("proxies", "verify", "cert")}
        return self._environment

    def _read(self, response: requests.Response, write: bool, *, until: float) -> None:
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                text = f"{self.title}'s answer is larger than {LARGEST_ANSWER // 1024 // 1024} MiB"
                raise lost(text, write=write, status=response.status_code)
            if self._context.clock.now() > until:
                raise lost(f"{self.title}'s answer came too slowly", write=write, status=response.status_code)
        response._content = bytes(body)  # what requests itself does once a body is read
        response._content_consumed = True  # type: ignore[attr-defined]

    def _judged(self, error: Exception, write: bool) -> Exception:
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
            text = f"the request to {self.title} cannot be sent; check base_url and the token in the configuration"
            return Refused(text)
        if _caused_by(error, ssl.SSLCertVerificationError):
            return Transient(f"{self.title}'s certificate is not trusted; check the address, the clock and the proxy")
        if isinstance(error, requests.ConnectTimeout) or _caused_by(error, urllib3.exceptions.NewConnectionError):
            return Transient(f"{self.title} cannot be reached at {_spell(self._origin)}; nothing was sent")
        if _caused_by(error, TimeoutError) or isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
            return lost(f"{self.title} gave no whole answer in time", write=write)
        return lost(f"the connection to {self.title} broke before its answer was complete", write=write)


@lru_cache(maxsize=16)
def _moment(date: str) -> float | None:
    """A Date header as epoch seconds; answers of one second all have the same."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in ("https", "http") or not host or "@" in parts.netloc:
        raise ValueError("no origin")
    if scheme == "http" and not _is_loopback(host):
        raise ValueError("http is for loopback addresses only")
    return scheme, host, parts.port or (443 if scheme == "https" else 80)


def _spell(origin: tuple[str, str, int]) -> str:
    scheme, host, port = origin
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" if port == (443 if scheme == "https" else 80) else f"{scheme}://{host}:{port}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether an error of ``kind`` is among the reasons: requests and urllib3 wrap them as arguments and reasons."""
    seen: set[int] = set()
    left: list[object] = [error]
    while left:
        one = left.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        if isinstance(one, kind):
            return True
        seen.add(id(one))
        left += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return False


def _loggable(request: requests.PreparedRequest) -> str:
    """The path without its query; a part that holds an address is left out."""
    path = urlsplit(request.url or "").path
    return "/".join("…" if "@" in part or "%40" in part else part for part in path.split("/"))


def _recorded(request: requests.PreparedRequest) -> RecordedRequest:
    headers = {name: MASK if name.lower() in _SECRET_HEADERS else value for name, value in request.headers.items()}
    body = request.body or b""
    if not isinstance(body, bytes | str):
        body = body.read()
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return RecordedRequest(request.method or "", request.url or "", headers, text)


def _canned(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict({"Content-Type": "application/json", **answer.headers})
    response._content = json.dumps(answer.body).encode("utf-8")
    response.url = request.url or ""
    response.request = request
    response.encoding = "utf-8"
    return response
