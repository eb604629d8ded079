"""The pages of every kind of record: begin, read, change, take a step, put right."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.orm import Session

from hub import kept_words, outbox, people, records
from hub.access import Refused, Viewer, decide
from hub.forms import Typed, as_typed, questions, shown
from hub.records import Act, Deed, Kind, Record, Wrong
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other
from hub.web.telling import named, opened, photo_fields, still_needed, submission, template_for, told, who_field


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
    def create(self, request: HTMXRequest, db: Db, viewer: Seer, typed: Form) -> Response[Any]:
        if self.kind.parent:
            raise LookupError(self.kind.slug)
        return self._save(request, db, viewer, self.kind, typed)

    @get("/{id:str}", sync_to_thread=True)
    def show(self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
        record, decision = opened(self.kind, db, viewer, id)
        values = records.answers(db, self.kind, record)
        seen = records.seen(values, self.kind, decision)
        saved = "saved" in request.query_params
        return page(
            request,
            template_for(self.kind, "show"),
            viewer=viewer,
            kind=self.kind,
            record=record,
            seen=seen,
            told=told(self.kind, seen, records.options_for(db, viewer, self.kind, record)),
            gaps=still_needed(db, self.kind, record, values),
            people=named(db, record),
            acts=self.kind.offered(db, viewer, record),
            may_change=record.author_id == viewer.id or viewer.leads,
            history=records.transitions(db, record),
            versions=records.versions(db, self.kind, record),
            saved=saved,
            photo=bool(self.kind.photo) and outbox.photo_of(db, record) is not None,
            tidy=kept_words.to_tidy(db, viewer, self.kind, record, values) if saved else (),
            **self.kind.context(db, viewer, record, seen),
        )

    @get("/{id:str}/{step:str}", sync_to_thread=True)
    def step_form(
        self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], step: FromPath[str]
    ) -> Response[str]:
        record, decision = opened(self.kind, db, viewer, id)
        act = self._act(step)
        if not records.may_act(viewer, self.kind, record, act):
            raise Refused("That step is somebody else’s to take.")
        if record.state not in act.leads:
            raise records.Impossible(f"This is {record.state}: “{act.says}” does not follow from there.")
        asked = questions(self.kind, act.slug)
        values = records.answers(db, self.kind, record)
        known = self.kind.prefilled(Deed(db, viewer, self.kind, record, values, act=act))
        given = {name: value for name, value in values.items() if value is not None}
        filled = {name: value for name, value in (known | given).items() if name in asked}
        seen = records.seen(filled, self.kind, decision)
        return self._step_page(request, db, viewer, record, act, as_typed(asked, seen), {})

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
        record, _ = opened(self.kind, db, viewer, id)
        return self._blank(request, db, viewer, self._child(request, child), person=person, parent=record)

    @post("/{id:str}/{step:str}", sync_to_thread=True)
    def step(
        self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], step: FromPath[str], typed: Form
    ) -> Response[Any]:
        record, _ = opened(self.kind, db, viewer, id)
        if self.kind.act_for(step) is None:
            return self._save(request, db, viewer, self._child(request, step), typed, parent=record)
        act = self._act(step)
        form = f"{self.kind.slug}/{act.slug}"
        try:
            records.submit(db, viewer, request.app.state["kinds"], form, submission(typed), typed, parent=id)
        except Wrong as wrong:
            return self._step_page(request, db, viewer, record, act, typed, wrong.errors, status=422)
        return see_other(f"/{self.kind.slug}/{id}?saved")

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
        above = parent.id if parent else ""
        try:
            record = records.submit(
                db, viewer, request.app.state["kinds"], kind.slug, submission(typed), typed, parent=above, way=way
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
        about = people.find(db, person or (typed or Typed()).first(records.WHO)) if kind.about != "none" else None
        deed = Deed(db, viewer, kind, None, {}, parent=parent, people=[about.id] if about else [])
        asked = kind.asked("", way)
        words = typed if typed is not None else as_typed(asked, kind.prefilled(deed))
        fields = shown(asked, words, errors, records.options_for(db, viewer, kind, parent=parent, about=about))
        fields += photo_fields(kind)
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
            who=who_field(db, kind, words, errors, about),
            about=about,
            action=path,
            submission=submission(words),
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
        fields = shown(
            questions(self.kind, act.slug), typed, errors, records.options_for(db, viewer, self.kind, record)
        )
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
            submission=submission(typed),
            seen=seen,
            **self.kind.context(db, viewer, record, seen),
        )
