"""Whose comments are ours: the users as whom Handoff has written in the account, whatever stands in a comment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from handoff_core.connector import Memory
from handoff_core.errors import AuthFailed

_NAME: Final = "own-users"
_KEEP: Final = 10 * 365 * 86_400.0
"""Seconds for which a user is remembered: a token may be another user's by the time that a note is to be erased."""


class Authors:
    """The user of the token that is in use, and those that the audits of our own writes named before."""

    def __init__(self, memory: Memory, ask: Callable[[], dict[str, Any]]) -> None:
        self._memory = memory
        self._ask = ask
        self._asked = False

    @property
    def are_known(self) -> bool:
        """Whether the next question costs no call."""
        return self._asked

    def wrote(self, comment: Mapping[str, Any]) -> bool:
        """Whether one of our users is the comment's author. AuthFailed when nobody says who we are."""
        return comment.get("author_id") in self._ids()

    def learn(self, answer: Mapping[str, Any]) -> None:
        """Take the author of a write of ours from the audit in its answer."""
        audit = answer.get("audit")
        if isinstance(audit, Mapping):
            self._add(audit.get("author_id"))

    def _ids(self) -> frozenset[int]:
        if not self._asked:
            try:
                user = self._ask().get("user")
            except AuthFailed as error:
                # A token may be too narrow to read users; what the audits said is as good.
                if error.status != 403 or not self._remembered():
                    raise
                return self._remembered()
            if not isinstance(user, Mapping) or not self._add(user.get("id")):
                raise AuthFailed("Zendesk does not say whose token this is; check it with `handoff check --online`")
        return self._remembered()

    def _add(self, user_id: object) -> bool:
        if not isinstance(user_id, int) or isinstance(user_id, bool) or user_id <= 0:
            return False
        self._asked = True
        known = self._remembered()
        if user_id not in known:
            self._memory.remember(_NAME, json.dumps(sorted({*known, user_id})), seconds=_KEEP)
        return True

    def _remembered(self) -> frozenset[int]:
        return frozenset(json.loads(self._memory.recall(_NAME) or "[]"))
