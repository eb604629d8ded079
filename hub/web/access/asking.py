"""What the pages about access have in common: one page for every form, a young person's header, names to choose from."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.orm import Session

from hub.access import ROLES, Refused, Viewer
from hub.agencies import colleagues
from hub.clock import today
from hub.forms import Answers, Options, Question, Typed, read, shown
from hub.people import Person
from hub.web import person_forms
from hub.web.pages import page
from hub.web.telling import submission

Asked = Mapping[str, Question]


def form_page(
    request: HTMXRequest,
    asked: Asked,
    typed: Typed,
    errors: Mapping[str, str],
    *,
    title: str,
    action: str,
    back: tuple[str, str],
    save: str = "Save",
    options: Options | None = None,
    person: Person | None = None,
    says: str = "",
    facts: list[tuple[str, str]] | None = None,
) -> Response[str]:
    """A question or several, with Save; 422 when something must be put right."""
    return page(
        request,
        "access/form.html",
        status=422 if errors else 200,
        title=title,
        fields=shown(asked, typed, errors, options or {}),
        action=action,
        back=back,
        save=save,
        person=top(person) if person else None,
        says=says,
        facts=facts or [],
        submission=submission(typed),
    )


def checked(asked: Asked, typed: Typed, viewer: Viewer, options: Options | None = None) -> Answers:
    return read(asked, typed, viewer.now, options)


def begun(viewer: Viewer, **known: str) -> Typed:
    """A form as it first stands: it starts today unless somebody says otherwise."""
    return Typed(starts_on=[today(viewer.now).isoformat()], **{name: [value] for name, value in known.items()})


def led(db: Session, viewer: Viewer, id: str) -> Person:
    """A young person, for a lead. Raises LookupError where the viewer sees nobody, Refused for who does not lead."""
    person, _ = person_forms.found(db, viewer, id)
    require_lead(viewer)
    return person


def require_lead(viewer: Viewer) -> None:
    if not viewer.leads:
        raise Refused("A team lead decides this. Ask the duty lead.")


def staff_options(db: Session, viewer: Viewer) -> list[tuple[str, str]]:
    return [(staff.id, f"{staff.name}, {role_words(staff.roles)}") for staff in colleagues(db, viewer.now)]


def role_words(roles: Sequence[str]) -> str:
    return ", ".join(ROLES[role]["name"].lower() for role in roles if role in ROLES)


def top(person: Person) -> dict[str, Any]:
    """What stands at the top of a page about somebody: standing before the name."""
    return {"id": person.id, "ref": person.ref, "name": person.preferred_name, "standing": person.standing}
