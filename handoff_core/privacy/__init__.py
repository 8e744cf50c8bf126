"""What one destination may see of a packet: data classes, redaction, consent. Pure: no clock, file or database.

Data flows one way: ``redact(packet, policy)`` gives the packet as one destination may see it, and names in words
what was withheld. Connectors and mappings only ever see that packet.
"""

from __future__ import annotations

from handoff_core.privacy.kinds import Found, Kind
from handoff_core.privacy.policy import DEFAULT_HIGHEST, Policy
from handoff_core.privacy.settings import PrivacySettings, RetentionSettings

__all__ = ["DEFAULT_HIGHEST", "Found", "Kind", "Policy", "PrivacySettings", "RetentionSettings"]
