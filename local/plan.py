"""What the embedded servers keep between runs: the same ports and the same password."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

HOST = "127.0.0.1"
ROLE = DATABASE = "tate"


class EngineError(RuntimeError):
    """A server does not start or stop; the message says why, names the log and ends with its last lines."""


@dataclass(frozen=True)
class Plan:
    """Kept in `engine.json`, readable for its owner only."""

    postgres_port: int
    redis_port: int
    password: str

    @classmethod
    def read(cls, home: Path) -> Self | None:
        try:
            return cls(**json.loads((home / "engine.json").read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, home: Path) -> None:
        whole = home / "engine.json.new"
        whole.touch(mode=0o600)
        whole.write_text(json.dumps(self.__dict__))
        whole.replace(home / "engine.json")  # never half a plan: the password is written nowhere else

    @property
    def database_url(self) -> str:
        return f"postgres://{ROLE}:{self.password}@{HOST}:{self.postgres_port}/{DATABASE}"

    @property
    def superuser_url(self) -> str:
        return f"postgres://postgres:{self.password}@{HOST}:{self.postgres_port}/postgres"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.redis_port}/0"
