"""Questions of every type and the pages round them, rendered as the hub renders them, without the hub."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.forms import Question, Shown, Typed, part, shown

ROOT = Path(__file__).parent.parent
TYPES = sorted(path.stem for path in (ROOT / "templates/fields").glob("[!_]*.html"))
CHOICES = {"school": "School", "money": "Money", "vapes": "Vapes"}
COLUMNS = {"female": "Female", "male": "Male", "unsure": "Not sure"}
CHOSEN = {"choice": CHOICES, "choices": CHOICES, "staff": {"7": "A. Osei", "8": "M. Farrow"}, "grid": COLUMNS}
PARTS = (("task", part("What?", "text")), ("due", part("By when?", "date", when="future")))


def field(
    control: str, name: str, label: str, *, typed: dict[str, list[str]] | None = None, error: str = "", **said: Any
) -> Shown:
    """One question as the engine hands it to a template."""
    question = Question(label, control, **{"choices": CHOSEN.get(control, {}), **said})
    if control == "grid":
        question = replace(question, rows={"13-15": "13–15", "16-17": "16–17"})
    if control == "rows":
        question = replace(question, of=PARTS)
    return shown({name: question}, Typed(typed or {}), {name: error} if error else {}, {})[0]


def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.globals["asset"] = lambda name: f"/static/{built().get(name, name)}"
    env.globals |= {"hub_slug": "", "outbox_key": "k:AA", "viewer": None}
    return env


def built() -> dict[str, str]:
    manifest = ROOT / "static/built/manifest.json"
    return dict(json.loads(manifest.read_text())) if manifest.exists() else {}


def render_field(asked: Shown) -> str:
    return environment().get_template(f"fields/{asked.type}.html").render(field=asked, settings={})


def render_form(*fields: Shown, near: tuple[str, ...] = ()) -> str:
    page = environment().from_string(
        "{% extends 'layout.html' %}{% set section = 'record' %}{% block title %}Record{% endblock %}"
        "{% block header %}<h1>Record</h1>{% endblock %}{% block main %}{% include 'fields/_form.html' %}{% endblock %}"
    )
    said = {"settings": {}, "messages": [{"says": "Saved", "tone": "good"}], "demo": True}
    return page.render(**said, fields=fields, near=near, action="/records", submission="5f1c")
