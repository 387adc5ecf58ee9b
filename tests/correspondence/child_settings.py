"""Settings for worker processes of these tests: as on a real machine, and our sample form beside the house's."""

from pathlib import Path

from config.settings.local import *  # noqa: F403
from config.settings.local import TEMPLATES

TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # type: ignore[attr-defined]
