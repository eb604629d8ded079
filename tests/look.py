"""Questions of every type and the pages round them, rendered as the hub renders them, without the hub."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).parent.parent
TYPES = sorted(path.stem for path in (ROOT / "templates/fields").glob("[!_]*.html"))
FACES = [("1", "Awful"), ("2", "Low"), ("3", "OK"), ("4", "Good"), ("5", "Great")]
YES_NO = [("yes", "Yes"), ("no", "No")]
OPTIONS = {"yes_no": YES_NO, "faces": FACES, "scale": FACES, "staff": [("7", "A. Osei"), ("8", "M. Farrow")]}


class Field:
    """One question as the engine hands it to a template."""

    def __init__(self, control: str, name: str, label: str, **said: Any) -> None:
        self.type, self.name, self.id, self.label = control, name, f"f-{name}", label
        self.hint = self.error = self.limit = self.least = self.most = self.shown_if = None
        self.value: Any = [] if control == "choices" else {} if control == "grid" else ""
        self.required = self.needed = self.own_words = False
        self.options = OPTIONS.get(control, [("school", "School"), ("money", "Money"), ("vapes", "Vapes")])
        self.rows = [("13-15", "13–15"), ("16-17", "16–17")]
        self.columns = [("female", "Female"), ("male", "Male"), ("unsure", "Not sure")]
        self.suggestions = [("YP-7F3K", "Jaz"), ("YP-5T8B", "Dre")]
        vars(self).update(said)


def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.globals["asset"] = lambda name: f"/static/built/{built().get(name, name)}"
    return env


def built() -> dict[str, str]:
    manifest = ROOT / "static/built/manifest.json"
    return dict(json.loads(manifest.read_text())) if manifest.exists() else {}


def render_field(field: Field) -> str:
    return environment().get_template(f"fields/{field.type}.html").render(field=field, settings={})


def render_form(*fields: Field, near: tuple[str, ...] = ()) -> str:
    page = environment().from_string(
        "{% extends 'layout.html' %}{% set section = 'record' %}{% block title %}Record{% endblock %}"
        "{% block header %}<h1>Record</h1>{% endblock %}{% block main %}{% include 'fields/_form.html' %}{% endblock %}"
    )
    said = {"settings": {}, "messages": [{"says": "Saved", "tone": "good"}], "demo": True}
    return page.render(**said, fields=fields, near=near, action="/records", submission="5f1c")
