"""Putting right: a change beside what it corrects, a record moved to the young person it is really about."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.orm import Session

from hub import people, records
from hub.access import Viewer
from hub.forms import Question, Typed, as_typed, read, shown
from hub.people import Person
from hub.records import Kind, Record, Wrong
from hub.web.guards import Db, Form, Now, Seer
from hub.web.pages import page, see_other
from hub.web.telling import choices, named, opened, submission, told


def corrections(kinds: Sequence[type[Kind]]) -> list[type[Controller]]:
    return [
        type(f"{kind.__name__}Corrections", (Corrections,), {"kind": kind, "path": f"/{kind.slug}"}) for kind in kinds
    ]


class Corrections(Controller):
    kind: ClassVar[type[Kind]]

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
        options = records.options_for(db, viewer, self.kind, record)
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
        record, _ = opened(self.kind, db, viewer, id)
        records.may_change(viewer, record)
        return self._wrong_person_page(request, db, viewer, record, Typed(), {})

    @post("/{id:str}/wrong-person", sync_to_thread=True)
    def wrong_person(self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
        record, _ = opened(self.kind, db, viewer, id)
        wrong = people.find(db, typed.first("wrong"))
        found = people.match(db, typed.first(records.WHO))
        errors = {}
        if wrong is None:
            errors["wrong"] = "Choose whom it is not about"
        if len(found) != 1:
            errors[records.WHO] = records.not_one(found, typed.first(records.WHO))
        if not typed.first("reason").strip():
            errors["reason"] = "Say in a few words what happened"
        if errors or wrong is None:
            return self._wrong_person_page(request, db, viewer, record, typed, errors, found, status=422)
        records.move(db, viewer, record, wrong, found[0], typed.first("reason").strip()[:200])
        return see_other(f"/{self.kind.slug}/{id}/moved")

    @get("/{id:str}/moved", sync_to_thread=True)
    def moved(self, request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
        record, _ = opened(self.kind, db, viewer, id)
        return page(
            request,
            "records/moved.html",
            viewer=viewer,
            kind=self.kind,
            record=record,
            readers=records.readers(db, record),
        )

    def _to_change(self, db: Session, viewer: Viewer, id: str) -> tuple[Record, dict[str, Question]]:
        record, _ = opened(self.kind, db, viewer, id)
        records.may_change(viewer, record)
        return record, self.kind.asked_so_far(record.state, records.steps_done(db, record))

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
        options = records.options_for(db, viewer, self.kind, record)
        return page(
            request,
            "records/change.html",
            status=status,
            viewer=viewer,
            kind=self.kind,
            record=record,
            fields=shown(asked, typed, errors, options),
            version=version,
            stale=told(self.kind, now_kept, options),
            reason=typed.first("reason"),
            submission=submission(typed),
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
            people=named(db, record),
            found=choices(found),
            errors=errors,
            typed=typed,
            action=f"/{self.kind.slug}/{record.id}/wrong-person",
        )
