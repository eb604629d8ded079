"""QR codes as the outline of one SVG path, so that no markup is made outside a template."""

from dataclasses import dataclass

import segno

MARGIN = 4


@dataclass(frozen=True)
class Qr:
    size: int
    path: str


def qr(text: str) -> Qr:
    rows = segno.make_qr(text, error="m").matrix
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows, MARGIN) for x, cell in enumerate(row, MARGIN) if cell)
    return Qr(len(rows) + 2 * MARGIN, "".join(dark))
