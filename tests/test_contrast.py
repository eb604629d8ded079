"""Every pair of colours that meets on a page can be told apart, in light and in dark (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parent.parent / "static" / "css" / "tokens.css"
SURFACES = ("paper", "card")
TEXT = {
    **dict.fromkeys(("ink", "ink-soft", "brand", "red", "amber", "green", "grey"), SURFACES),
    "on-brand": ("brand",),
    "on-red": ("red",),
    "on-exit": ("exit",),
    "on-focus": ("focus",),
}
OWN_GROUND = [(name, f"{name}-bg") for name in ("brand", "red", "amber", "green", "grey")]
INK_GROUND = [("ink", f"{name}-bg") for name in ("brand", "red", "amber", "green", "grey")]
WORDS = [(ink, ground) for ink, grounds in TEXT.items() for ground in grounds] + OWN_GROUND + INK_GROUND
WORDS += [("paper", "ink")]
SHAPES = [("edge", ground) for ground in SURFACES] + [("brand", ground) for ground in SURFACES]
DECORATION = {"line"}


def read_tokens(css: str) -> dict[str, tuple[str, str]]:
    """Name to its light and dark colour."""
    found = re.findall(r"--([\w-]+):\s*(?:light-dark\((#\w{6}),\s*(#\w{6})\)|(#\w{6}));", css)
    return {name: (light or both, dark or both) for name, light, dark, both in found}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


COLOURS = read_tokens(TOKENS.read_text())


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WORDS, ids="-on-".join)
def test_words_can_be_read(ink: str, ground: str, scheme: int) -> None:
    assert contrast(COLOURS[ink][scheme], COLOURS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES, ids="-on-".join)
def test_shapes_can_be_seen(shape: str, ground: str, scheme: int) -> None:
    assert contrast(COLOURS[shape][scheme], COLOURS[ground][scheme]) >= 3


def test_no_colour_escapes_the_check() -> None:
    checked = {name for pair in WORDS + SHAPES for name in pair}
    assert set(COLOURS) - DECORATION == checked


def test_colours_come_from_tokens_alone() -> None:
    strays = [
        f"{sheet.name}: {stray}"
        for sheet in TOKENS.parent.glob("*.css")
        if sheet.name not in {"tokens.css", "print.css"}
        for stray in re.findall(r":[^;{}]*#[0-9a-fA-F]{3,8}\b", sheet.read_text())
    ]
    assert not strays


def test_the_check_sees_a_pale_grey_on_white() -> None:
    assert contrast("#999999", "#ffffff") < 3 < contrast("#767676", "#ffffff")
    assert round(contrast("#000000", "#ffffff")) == 21
