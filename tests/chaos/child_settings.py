"""Settings for the processes of these tests: as on a real machine, with the proof's short form of the notice, or two
hundred papers would take a minute."""

from pathlib import Path

from config.settings.local import *  # noqa: F403
from config.settings.local import BASE_DIR, TEMPLATES

TEMPLATES[0]["DIRS"].insert(0, Path(BASE_DIR) / "local" / "chaos" / "templates")  # type: ignore[attr-defined]
