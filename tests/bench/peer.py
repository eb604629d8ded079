"""The equal Django pages: the same session, access and audit duties on the same tables, in plain good Django 5.2."""

import datetime as dt
import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TIME_ZONE="Europe/London",
    INSTALLED_APPS=[],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).parent],
            "OPTIONS": {
                "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_PLAIN"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "pragma journal_mode=wal; pragma synchronous=full; pragma busy_timeout=5000; pragma foreign_keys=on",
            },
        }
    },
)
django.setup()

from django import forms  # noqa: E402  Django must be set up before its models are
from django.db import models, transaction  # noqa: E402
from django.db.models import Exists, OuterRef, Q, Subquery  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


def table(name: str, /, **fields: Any) -> Any:
    """A model of one of the hub's own tables."""
    meta = type("Meta", (), {"app_label": "peer", "db_table": name, "managed": False})
    return type(name.title().replace("_", ""), (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def text(**more: Any) -> Any:
    return models.TextField(**more)


Staff = table(
    "staff", id=text(primary_key=True), hub_id=text(), agency_id=text(), roles=models.JSONField(), name=text()
)
DeviceSession = table(
    "device_sessions", id=text(primary_key=True), token_hash=models.BinaryField(), staff_id=text(), last_seen_at=models.DateTimeField(),
    locked_at=models.DateTimeField(null=True), absolute_until=models.DateTimeField(), ended_at=models.DateTimeField(null=True),
)  # fmt: skip
Relation = table(
    "relations", id=text(primary_key=True), hub_id=text(), staff_id=text(null=True), agency_id=text(null=True), person_id=text(), relation=text(),
    cap=models.IntegerField(), starts_at=models.DateTimeField(), ends_at=models.DateTimeField(null=True),
)  # fmt: skip
Grant = table(
    "grants",
    id=text(primary_key=True),
    staff_id=text(),
    compartment=text(),
    starts_at=models.DateTimeField(),
    ends_at=models.DateTimeField(null=True),
)
Exclusion = table("exclusions", id=text(primary_key=True), staff_id=text(), person_id=text())
Person = table(
    "people", id=text(primary_key=True), hub_id=text(), ref=text(), audit_ref=text(), preferred_name=text(), dob=models.DateField(null=True),
    standing=text(), colour=text(), colour_until=models.DateField(null=True), closed_at=models.DateTimeField(null=True),
)  # fmt: skip
Record = table(
    "records", id=text(primary_key=True), hub_id=text(), kind=text(), author_id=text(), agency_id=text(), happened_at=models.DateTimeField(),
    written_at=models.DateTimeField(), grade=models.IntegerField(), compartment=text(null=True), state=text(), version=models.IntegerField(),
    gaps=models.IntegerField(), line=text(), summary=text(),
)  # fmt: skip
RecordPerson = table(
    "record_people", record_id=text(primary_key=True), person_id=text(), hub_id=text(), part=text(), kind=text(),
    happened_at=models.DateTimeField(), contact=models.BooleanField(),
)  # fmt: skip
Transition = table(
    "transitions",
    id=text(primary_key=True),
    hub_id=text(),
    record_id=text(),
    state=text(),
    act=text(),
    by=text(),
    at=models.DateTimeField(),
    reason=text(),
)
MentoringSession = table(
    "mentoring_sessions", id=text(primary_key=True), record_id=text(), hub_id=text(), version=models.IntegerField(), written_by=text(),
    written_at=models.DateTimeField(), reason=text(), status=text(), worry=text(), told=text(null=True), minutes=models.IntegerField(null=True),
)  # fmt: skip
Due = table(
    "due", id=text(primary_key=True), hub_id=text(), rule=text(), record_id=text(null=True), person_id=text(null=True), owner_id=text(),
    started_at=models.DateTimeField(), due_at=models.DateTimeField(), severity=text(), resolved_at=models.DateTimeField(null=True),
)  # fmt: skip
AuditHead = table("audit_heads", hub_id=text(primary_key=True), seq=models.IntegerField(), hash=models.BinaryField())
AuditEvent = table(
    "audit", hub_id=text(primary_key=True), seq=models.IntegerField(), at=models.DateTimeField(), actor=text(null=True), verb=text(),
    subject=text(null=True), object=text(null=True), body=text(), hash=models.BinaryField(),
)  # fmt: skip


class Refused(Exception):
    """Nobody is signed in."""


def signed_in(request: HttpRequest, now: dt.datetime) -> Any:
    token = hashlib.sha256(request.COOKIES.get("hub", "").encode()).digest()
    session = DeviceSession.objects.filter(
        token_hash=token, ended_at=None, absolute_until__gt=now, locked_at=None
    ).first()
    staff = session and Staff.objects.filter(id=session.staff_id).first()
    if staff is None:
        raise Refused
    live = Q(ends_at=None) | Q(ends_at__gt=now)
    mine = Q(staff_id=staff.id) | Q(staff_id=None, agency_id=staff.agency_id)
    held = Relation.objects.filter(mine, live, hub_id=staff.hub_id, starts_at__lte=now)
    staff.held = list(held.values_list("relation", "person_id", "cap"))
    staff.grants = list(
        Grant.objects.filter(live, staff_id=staff.id, starts_at__lte=now).values_list("compartment", flat=True)
    )
    staff.excluded = list(Exclusion.objects.filter(staff_id=staff.id).values_list("person_id", flat=True))
    return staff


def note(staff: Any, now: dt.datetime, verb: str, about: str, fields: list[str]) -> None:
    """Append one chained event; the caller holds the transaction."""
    head = AuditHead.objects.get(hub_id=staff.hub_id)
    body = json.dumps(
        {"at": now.isoformat(), "actor": staff.id, "verb": verb, "object": about, "fields": fields}, sort_keys=True
    )
    seq = head.seq + 1
    digest = hashlib.sha256(bytes(head.hash) + seq.to_bytes(8, "big") + body.encode()).digest()
    AuditEvent(
        hub_id=staff.hub_id, seq=seq, at=now, actor=staff.id, verb=verb, object=about, body=body, hash=digest
    ).save(force_insert=True)
    AuditHead.objects.filter(hub_id=staff.hub_id).update(seq=seq, hash=digest)


def caseload(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    staff = signed_in(request, now)
    own = [person for relation, person, _ in staff.held if relation in ("allocated", "cover")]
    seen = Relation.objects.filter(
        Q(staff_id=staff.id),
        Q(ends_at=None) | Q(ends_at__gt=now),
        person_id=OuterRef("id"),
        starts_at__lte=now,
        cap__gte=2,
    )
    last = (
        RecordPerson.objects.filter(person_id=OuterRef("id"), contact=True)
        .order_by("-happened_at")
        .values("happened_at")[:1]
    )
    people = (
        Person.objects.filter(Exists(seen), id__in=own, hub_id=staff.hub_id, closed_at=None)
        .exclude(id__in=staff.excluded)
        .annotate(seen_at=Subquery(last))
        .values("id", "ref", "audit_ref", "preferred_name", "dob", "standing", "colour", "colour_until", "seen_at")
    )
    lines = list(people)
    clocks: dict[str, list[dt.datetime]] = {}
    for person, due in (
        Due.objects.filter(person_id__in=own, resolved_at=None, owner_id=staff.id)
        .order_by("due_at")
        .values_list("person_id", "due_at")
    ):
        clocks.setdefault(person, []).append(due)
    for line in lines:
        line["due"] = clocks.get(line["id"], [None])[0]
        line["late"] = line["due"] is not None and line["due"] < now
        line["age"] = now.year - line["dob"].year if line["dob"] else None
    with transaction.atomic():
        note(staff, now, "list", "caseload", [line["audit_ref"] for line in lines])
    return render(request, "peer.html", {"lines": lines, "now": now})


class SessionForm(forms.Form):
    who = forms.CharField(max_length=60)
    status = forms.ChoiceField(choices=[(name, name) for name in ("attended", "part", "dna", "rearranged", "ad_hoc")])
    worry = forms.ChoiceField(choices=[(name, name) for name in ("none", "note", "today", "immediate")])
    told = forms.CharField(max_length=500, required=False)
    minutes = forms.IntegerField(min_value=5, max_value=480, required=False)


def save(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    with transaction.atomic():
        staff = signed_in(request, now)
        form = SessionForm(request.POST)
        if not form.is_valid():
            return render(request, "peer.html", {"lines": [], "form": form}, status=422)
        given = form.cleaned_data
        person = Person.objects.get(id=given["who"], hub_id=staff.hub_id)
        id = request.POST.get("submission") or str(uuid.uuid4())
        if not Record.objects.filter(id=id).exists():
            _keep(staff, now, id, person, given)
    return HttpResponseRedirect(f"/mentoring-session/{id}?saved", status=303)


def _keep(staff: Any, now: dt.datetime, id: str, person: Any, given: dict[str, Any]) -> None:
    shared = {"hub_id": staff.hub_id}
    Record(
        id=id, kind="mentoring-session", author_id=staff.id, agency_id=staff.agency_id, happened_at=now, written_at=now, grade=3, state="kept",
        version=1, gaps=1, line="Mentoring session", summary=given["told"][:300], **shared,
    ).save(force_insert=True)  # fmt: skip
    MentoringSession(
        id=str(uuid.uuid4()), record_id=id, version=1, written_by=staff.id, written_at=now, reason="", status=given["status"],
        worry=given["worry"], told=given["told"], minutes=given["minutes"], **shared,
    ).save(force_insert=True)  # fmt: skip
    RecordPerson(
        record_id=id,
        person_id=person.id,
        part="subject",
        kind="mentoring-session",
        happened_at=now,
        contact=True,
        **shared,
    ).save(force_insert=True)
    Transition(id=id, record_id=id, state="kept", act="create", by=staff.id, at=now, reason="", **shared).save(
        force_insert=True
    )
    previous = (
        Record.objects.filter(kind="mentoring-session", author_id=staff.id)
        .order_by("-happened_at")
        .values("id", "happened_at")[:2]
    )
    Due.objects.filter(
        person_id=person.id, rule__in=["R-50", "R-50.welfare", "next-session"], resolved_at=None, hub_id=staff.hub_id
    ).update(resolved_at=now)
    for rule, days in (("finish", 2), ("next-session", 7)):
        Due(
            id=str(uuid.uuid4()), rule=rule, record_id=id, person_id=person.id, owner_id=staff.id, started_at=now,
            due_at=now + dt.timedelta(days=days), severity="due", **shared,
        ).save(force_insert=True)  # fmt: skip
    note(staff, now, "create", id, sorted(given) + [row["id"] for row in previous])


urlpatterns = [path("caseload", caseload), path("mentoring-session", save)]

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
