"""What one installation is told from outside: where its data and keys lie and how it is reached."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """`templates`, `static` or `schedules`: inside the installed package, or beside it in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def _home(variable: str, fallback: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / fallback)


@dataclass(frozen=True)
class Settings:
    """`database` is an SQLAlchemy URL; empty means the encrypted SQLite file in `data`.

    `checkpoints` is the file that signed ends of the audit chains are added to: best kept on another machine.
    """

    data: Path = field(default_factory=lambda: _home("XDG_DATA_HOME", ".local/share") / "hub")
    key_file: Path = field(default_factory=lambda: _home("XDG_CONFIG_HOME", ".config") / "hub" / "hub.key")
    checkpoints: Path = field(default_factory=lambda: _home("XDG_STATE_HOME", ".local/state") / "hub" / "checkpoints")
    database: str = ""
    public_url: str = "http://localhost:8000"
    demo: bool = False
    debug: bool = False
    cache_mb: int = 16

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'hub.db'}"

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS, so that cookies may carry the `__Host-` promise."""
        return self.public_url.startswith("https://")

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ, **given: object) -> "Settings":
        """Settings from the environment: `HUB_DATA`, `HUB_KEY_FILE` and so on for each below; `given` wins."""
        found: dict[str, object] = {}
        for name, make in (
            ("data", Path),
            ("key_file", Path),
            ("checkpoints", Path),
            ("database", str),
            ("public_url", str),
            ("cache_mb", int),
        ):
            if value := environ.get(f"HUB_{name.upper()}"):
                found[name] = make(value)
        found |= {name: value for name, value in given.items() if value is not None}
        return cls(**found)  # type: ignore[arg-type]  # each value was made by its own field's type above
