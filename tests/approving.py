"""Texts that a person has read and agreed to: what changes in them is seen in a diff before it is committed."""

from pathlib import Path

APPROVED = Path(__file__).parent / "approved"


def agrees(name: str, text: str, approve: bool) -> bool:
    """Whether `text` is what was approved under this name; with `--approve` it becomes so."""
    path = APPROVED / name
    if approve:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return path.exists() and path.read_text() == text
