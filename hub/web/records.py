"""The pages of every kind of record: begin, read, change, take a step, put right."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.orm import Session

from hub import people, records
from hub.access import Viewer, decide
from hub.agencies import wards
from hub.forms import Options, Question, Typed, as_typed, gaps, questions, read, shown, words
from hub.ids import is_id, uuid7
from hub.people import Person
from hub.records import Act, Deed, Kind, Record, Wrong
from hub.web.guards import Db, Form, Now, Seer
from hub.web.pages import page, see_other, templates

WHO = "who"
Kinds = Mapping[str, type[Kind]]


def controllers(kinds: Sequence[type[Kind]]) -> list[type[Controller]]:
    """One set of pages a kind; a child kind lives below its parent's."""
    return [type(f"{kind.__name__}Pages", (RecordPages,), {"kind": kind, "path": f"/{kind.slug}"}) for kind in kinds]


class RecordPages(Controller):
    kind: ClassVar[type[Kind]]

    @get("/new", sync_to_thread=True)
    def begin(
        self, request: HTMXRequest, db: Db, viewer: Seer, person: FromQuery[str] = "", way: FromQuery[str] = ""
    ) -> Response[str]:
        if self.kind.parent or (way and way not in self.kind.ways):
            raise LookupError(way)
        return self._blank(request, db, viewer, self.kind, person=person, way=way)

    @post("/", sync_to_thread=True)
    def create(self, request: HTMXRequest, db: Db, viewer: Seer, now: Now, typed: Form) -> Response[Any]:
        if self.kind.parent:
            raise LookupError(self.kind.slug)
        return self._save(request, db, viewer, self.kind, typed)

    @get("/{id:str}", sync_to_thread=True)
    def show(self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
        record, decision = self._found(db, viewer, id)
        values = records.answers(db, self.kind, record)
        seen = records.seen(values, self.kind, decision)
        return page(
            request,
            template_for(self.kind, "show"),
            viewer=viewer,
            kind=self.kind,
            record=record,
            seen=seen,
            told=_told(self.kind, seen, self._options(db, viewer, self.kind, record)),
            gaps=_gaps(db, self.kind, record, values),
            people=_named(db, record),
            acts=[
                act
                for act in self.kind.acts
                if record.state in act.leads and records.may_act(viewer, self.kind, record, act)
            ],
            may_change=record.author_id == viewer.id or viewer.leads,
            history=records.transitions(db, record),
            versions=records.versions(db, self.kind, record),
            saved="saved" in request.query_params,
            **self.kind.context(db, viewer, record, seen),
        )

    @get("/{id:str}/change", sync_to_thread=True)
    def change_form(self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
        record, asked = self._to_change(db, viewer, id)
        typed = as_typed(asked, records.answers(db, self.kind, record))
        return self._change_page(request, db, viewer, record, asked, typed, {}, record.version)

    @post("/{id:str}/change", sync_to_thread=True)
    def change(
        self, request: HTMXRequest, db: Db, viewer: Seer, now: Now, id: FromPath[str], typed: Form
    ) -> Response[Any]:
        record, asked = self._to_change(db, viewer, id)
        options = self._options(db, viewer, self.kind, record)
        given = read(asked, typed, now, options)
        version = typed.first("version")
        known = int(version) if version.isascii() and version.isdigit() else 0
        if given.errors:
            return self._change_page(request, db, viewer, record, asked, typed, given.errors, known, status=422)
        try:
            records.change(db, viewer, self.kind, record, given, version=known, reason=typed.first("reason")[:200])
        except Wrong as wrong:
            return self._change_page(request, db, viewer, record, asked, typed, wrong.errors, known, status=422)
        except records.Stale:
            return self._change_page(
                request, db, viewer, record, asked, typed, {}, record.version, status=409, stale=True
            )
        return see_other(f"/{self.kind.slug}/{id}?saved")

    @get("/{id:str}/wrong-person", sync_to_thread=True)
    def wrong_person_form(self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
        record, _ = self._found(db, viewer, id)
        records.may_change(viewer, record)
        return self._wrong_person_page(request, db, viewer, record, Typed(), {})

    @post("/{id:str}/wrong-person", sync_to_thread=True)
    def wrong_person(self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
        record, _ = self._found(db, viewer, id)
        wrong = people.find(db, typed.first("wrong"))
        found = people.match(db, typed.first(WHO))
        errors = {}
        if wrong is None:
            errors["wrong"] = "Choose whom it is not about"
        if len(found) != 1:
            errors[WHO] = _not_one(found, typed.first(WHO))
        if not typed.first("reason").strip():
            errors["reason"] = "Say in a few words what happened"
        if errors or wrong is None:
            return self._wrong_person_page(request, db, viewer, record, typed, errors, found, status=422)
        records.move(db, viewer, record, wrong, found[0], typed.first("reason").strip()[:200])
        return see_other(f"/{self.kind.slug}/{id}/moved")

    @get("/{id:str}/moved", sync_to_thread=True)
    def moved(self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
        record, _ = self._found(db, viewer, id)
        return page(
            request,
            "records/moved.html",
            viewer=viewer,
            kind=self.kind,
            record=record,
            readers=records.readers(db, record),
        )

    @get("/{id:str}/{step:str}", sync_to_thread=True)
    def step_form(
        self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], step: FromPath[str]
    ) -> Response[str]:
        record, _ = self._found(db, viewer, id)
        act = self._act(step)
        if record.state not in act.leads:
            raise records.Impossible(f"This is {record.state}: “{act.says}” does not follow from there.")
        asked = questions(self.kind, act.slug)
        values = records.answers(db, self.kind, record)
        known = self.kind.prefilled(Deed(db, viewer, self.kind, record, values, act=act))
        given = {name: value for name, value in values.items() if value is not None}
        return self._step_page(request, db, viewer, record, act, as_typed(asked, known | given), {})

    @get("/{id:str}/{child:str}/new", sync_to_thread=True)
    def begin_child(
        self,
        request: HTMXRequest,
        db: Db,
        viewer: Seer,
        id: FromPath[str],
        child: FromPath[str],
        person: FromQuery[str] = "",
    ) -> Response[str]:
        record, _ = self._found(db, viewer, id)
        return self._blank(request, db, viewer, self._child(request, child), person=person, parent=record)

    @post("/{id:str}/{step:str}", sync_to_thread=True)
    def step(
        self, request: HTMXRequest, db: Db, viewer: Seer, now: Now, id: FromPath[str], step: FromPath[str], typed: Form
    ) -> Response[Any]:
        record, _ = self._found(db, viewer, id)
        if self.kind.act_for(step) is None:
            return self._save(request, db, viewer, self._child(request, step), typed, parent=record)
        act = self._act(step)
        given = read(questions(self.kind, act.slug), typed, now, self._options(db, viewer, self.kind, record))
        if given.errors:
            return self._step_page(request, db, viewer, record, act, typed, given.errors, status=422)
        try:
            records.act(
                db, viewer, self.kind, record, act, given, id=_submission(typed), reason=typed.first("reason")[:200]
            )
        except Wrong as wrong:
            return self._step_page(request, db, viewer, record, act, typed, wrong.errors, status=422)
        return see_other(f"/{self.kind.slug}/{id}?saved")

    def _found(self, db: Session, viewer: Viewer, id: str) -> tuple[Record, Any]:
        record, decision = records.find(db, viewer, id)
        if record.kind != self.kind.slug:
            raise LookupError(id)
        return record, decision

    def _seen(self, db: Session, viewer: Viewer, record: Record) -> dict[str, Any]:
        decision = decide(viewer, record, records.people_of(db, record))
        values = records.answers(db, self.kind, record)
        return records.seen(values, self.kind, decision) if decision else {}

    def _act(self, step: str) -> Act:
        if (act := self.kind.act_for(step)) is None:
            raise LookupError(step)
        return act

    def _child(self, request: HTMXRequest, slug: str) -> type[Kind]:
        child: type[Kind] | None = request.app.state.kinds.get(slug)
        if child is None or child.parent != self.kind.slug:
            raise LookupError(slug)
        return child

    def _to_change(self, db: Session, viewer: Viewer, id: str) -> tuple[Record, dict[str, Question]]:
        record, _ = self._found(db, viewer, id)
        records.may_change(viewer, record)
        return record, self.kind.asked_so_far(record.state, records.steps_done(db, record))

    def _save(
        self,
        request: HTMXRequest,
        db: Session,
        viewer: Viewer,
        kind: type[Kind],
        typed: Typed,
        parent: Record | None = None,
    ) -> Response[Any]:
        way = typed.first("way")
        if way and way not in kind.ways:
            raise LookupError(way)
        found, wrong = _who(db, kind, typed)
        about = found[0] if found else None
        options = self._options(db, viewer, kind, parent=parent, about=about)
        given = read(kind.asked("", way), typed, viewer.now, options)
        errors = given.errors | wrong
        try:
            if errors:
                raise Wrong(errors)
            record = records.write(
                db,
                viewer,
                kind,
                _submission(typed),
                given,
                people=[(person, "subject") for person in found],
                parent=parent,
                way=way,
                unmatched="" if found else typed.first(WHO).strip(),
            )
        except Wrong as wrongs:
            return self._blank(
                request, db, viewer, kind, typed=typed, errors=wrongs.errors, way=way, parent=parent, status=422
            )
        return see_other(kind.onward(record))

    def _blank(
        self,
        request: HTMXRequest,
        db: Session,
        viewer: Viewer,
        kind: type[Kind],
        *,
        person: str = "",
        way: str = "",
        parent: Record | None = None,
        typed: Typed | None = None,
        errors: Mapping[str, str] = {},
        status: int = 200,
    ) -> Response[str]:
        records.may_write(viewer, kind)
        about = people.find(db, person or (typed or Typed()).first(WHO)) if kind.about != "none" else None
        deed = Deed(db, viewer, kind, None, {}, parent=parent, people=[about.id] if about else [])
        asked = kind.asked("", way)
        words = typed if typed is not None else as_typed(asked, kind.prefilled(deed))
        fields = shown(asked, words, errors, self._options(db, viewer, kind, parent=parent, about=about))
        path = f"/{parent.kind}/{parent.id}/{kind.slug}" if parent else f"/{kind.slug}"
        return page(
            request,
            template_for(kind, "new"),
            status=status,
            viewer=viewer,
            kind=kind,
            way=way,
            fields=fields,
            parent=parent,
            who=_who_field(db, kind, words, errors, about),
            about=about,
            action=path,
            submission=_submission(words),
        )

    def _step_page(
        self,
        request: HTMXRequest,
        db: Session,
        viewer: Viewer,
        record: Record,
        act: Act,
        typed: Typed,
        errors: Mapping[str, str],
        status: int = 200,
    ) -> Response[str]:
        fields = shown(questions(self.kind, act.slug), typed, errors, self._options(db, viewer, self.kind, record))
        seen = self._seen(db, viewer, record)
        return page(
            request,
            template_for(self.kind, act.slug, "step"),
            status=status,
            viewer=viewer,
            kind=self.kind,
            record=record,
            act=act,
            fields=fields,
            action=f"/{self.kind.slug}/{record.id}/{act.slug}",
            submission=_submission(typed),
            **self.kind.context(db, viewer, record, seen),
        )

    def _change_page(
        self,
        request: HTMXRequest,
        db: Session,
        viewer: Viewer,
        record: Record,
        asked: Mapping[str, Question],
        typed: Typed,
        errors: Mapping[str, str],
        version: int,
        status: int = 200,
        stale: bool = False,
    ) -> Response[str]:
        now_kept = records.answers(db, self.kind, record) if stale else {}
        options = self._options(db, viewer, self.kind, record)
        return page(
            request,
            "records/change.html",
            status=status,
            viewer=viewer,
            kind=self.kind,
            record=record,
            fields=shown(asked, typed, errors, options),
            version=version,
            stale=_told(self.kind, now_kept, options),
            reason=typed.first("reason"),
            submission=_submission(typed),
            action=f"/{self.kind.slug}/{record.id}/change",
        )

    def _wrong_person_page(
        self,
        request: HTMXRequest,
        db: Session,
        viewer: Viewer,
        record: Record,
        typed: Typed,
        errors: Mapping[str, str],
        found: Sequence[Person] = (),
        status: int = 200,
    ) -> Response[str]:
        return page(
            request,
            "records/wrong_person.html",
            status=status,
            viewer=viewer,
            kind=self.kind,
            record=record,
            people=_named(db, record),
            found=_choices(found),
            errors=errors,
            typed=typed,
            action=f"/{self.kind.slug}/{record.id}/wrong-person",
        )

    def _options(
        self,
        db: Session,
        viewer: Viewer,
        kind: type[Kind],
        record: Record | None = None,
        parent: Record | None = None,
        about: Person | None = None,
    ) -> Options:
        concerned = [about.id] if about else records.people_of(db, record) if record else []
        found: dict[str, Sequence[tuple[str, str]]] = dict(
            kind.options(Deed(db, viewer, kind, record, {}, parent=parent, people=concerned))
        )
        for name, question in questions(kind).items():
            if question.type == "ward":
                found[name] = wards(db)
        return found


def template_for(kind: type[Kind], name: str, fallback: str = "") -> str:
    """A kind's own page where it has one, else the page of all kinds."""
    own = f"kinds/{kind.slug}/{name}.html"
    return own if own in _templates() else f"records/{fallback or name}.html"


@cache
def _templates() -> frozenset[str]:
    return frozenset(templates().list_templates())


def _submission(typed: Typed) -> str:
    """The id a page gave its form, so that a doubled submission is one record; a new one where there is none."""
    return said if is_id(said := typed.first("submission")) else uuid7()


def _who(db: Session, kind: type[Kind], typed: Typed) -> tuple[list[Person], dict[str, str]]:
    """The young people a form names, or what to say beside the box."""
    if kind.about == "none":
        return [], {}
    found: list[Person] = []
    for said in filter(str.strip, typed.getlist(WHO)):
        meant = people.match(db, said)
        if len(meant) == 1:
            found += meant
        elif kind.about != "maybe" or len(meant) > 1:
            return [], {WHO: _not_one(meant, said)}
    nobody = not found and not (kind.about == "maybe" and typed.first(WHO).strip())
    return found, {WHO: "Say who it was: a reference, a name or a nickname"} if nobody else {}


def _not_one(found: Sequence[Person], said: str) -> str:
    if len(found) > 1:
        return "More than one young person could be meant. Choose one"
    return (
        "Not on your list. Ask the duty lead to match"
        if said.strip()
        else "Say who it is: a reference, a name or a nickname"
    )


def _who_field(db: Session, kind: type[Kind], typed: Typed, errors: Mapping[str, str], about: Person | None) -> Any:
    if kind.about == "none":
        return None
    many = " Give one on each line." if kind.about == "many" else ""
    question = Question("Who was it?", "person", hint=f"Reference, name or nickname.{many}", enough=True)
    field = shown({WHO: question}, Typed({WHO: [about.ref]}) if about else typed, errors, {})[0]
    field.suggestions = _choices(people.match(db, typed.first(WHO))) if WHO in errors else ()
    return field


def _choices(found: Sequence[Person]) -> list[tuple[str, str]]:
    return [(person.ref, f"{person.preferred_name}, {person.ref}") for person in found]


def _named(db: Session, record: Record) -> list[Person]:
    """The young people of a record whom its viewer may see."""
    return [person for id in records.people_of(db, record) if (person := people.find(db, id)) is not None]


def _told(kind: type[Kind], values: Mapping[str, Any], options: Options) -> list[tuple[str, str, str]]:
    """(name, label, words) of every answer given."""
    asked = questions(kind)
    told = (
        (name, asked[name].label, words(asked[name], value, options.get(name, ()))) for name, value in values.items()
    )
    return [line for line in told if line[2]]


def _gaps(db: Session, kind: type[Kind], record: Record, values: Mapping[str, Any]) -> list[str]:
    """The labels of what is still needed to finish."""
    asked = kind.asked_so_far(record.state, records.steps_done(db, record))
    return [asked[name].label for name in gaps(asked, values)]
