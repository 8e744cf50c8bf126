"""Makes the corpora importable: `from corpora import …`. They are data and generators, written for these tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
