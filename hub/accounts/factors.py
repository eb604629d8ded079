"""What a member of staff proves themselves with: password, authenticator code, recovery codes, PIN."""

import datetime as dt
import hmac
import re
import secrets

import pyotp
from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import ForeignKey, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.access import Walled, unwalled
from hub.accounts import passwords
from hub.agencies import Staff
from hub.crypto import Keys
from hub.db import Base
from hub.ids import two_words, uuid7

STEP = 30
RECOVERY_CODES = 10
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Credential(Walled, Base):
    """`last_step` is the last authenticator step used, so that a code works once, whoever races."""

    __tablename__ = "credentials"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    password_hash: Mapped[str]
    totp_secret: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(default=0)
    pin_hash: Mapped[str] = mapped_column(default="")
    enrolled_at: Mapped[dt.datetime | None]


class RecoveryCode(Walled, Base):
    __tablename__ = "recovery_codes"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    hash: Mapped[bytes]
    made_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


def credential_of(db: Session, staff_id: str) -> Credential | None:
    with unwalled(db):
        return db.get(Credential, staff_id, populate_existing=True)


def new_secret() -> str:
    return pyotp.random_base32()


def secret_place(staff_id: str) -> str:
    return f"credentials|totp|{staff_id}"


def secret_of(keys: Keys, credential: Credential) -> str:
    return keys.open(credential.totp_secret, secret_place(credential.staff_id))


def authenticator_link(secret: str) -> str:
    """What the QR code holds. The label is two words: a phone's list of codes names neither person nor hub."""
    return pyotp.TOTP(secret).provisioning_uri(name=two_words(), issuer_name="Hub")


def code_now(secret: str, now: dt.datetime) -> str:
    return pyotp.TOTP(secret).at(int(now.timestamp()))


def step_of(secret: str, code: str, now: dt.datetime) -> int | None:
    """The step whose code this is: the present one or the one before, nothing else."""
    typed = re.sub(r"[\s-]", "", code[:20])
    if not re.fullmatch(r"[0-9]{6}", typed):
        return None
    present = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    return next((s for s in (present, present - 1) if hmac.compare_digest(totp.generate_otp(s), typed)), None)


def use_code(db: Session, keys: Keys, credential: Credential, code: str, now: dt.datetime) -> bool:
    """Whether an authenticator code is right and was not used before."""
    step = step_of(secret_of(keys, credential), code, now)
    if step is None:
        return False
    with unwalled(db):
        used = db.scalar(
            update(Credential)
            .where(Credential.staff_id == credential.staff_id, Credential.last_step < step)
            .values(last_step=step)
            .returning(Credential.staff_id)
            .execution_options(synchronize_session=False)
        )
    return used is not None


def new_recovery_codes(db: Session, keys: Keys, staff: Staff, now: dt.datetime) -> list[str]:
    """Ten codes of 80 bits, shown once; earlier ones stop working."""
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]
    with unwalled(db):
        db.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
        db.add_all(
            RecoveryCode(
                id=uuid7(),
                hub_id=staff.hub_id,
                staff_id=staff.id,
                hash=_recovery_hash(keys, staff.id, code),
                made_at=now,
            )
            for code in codes
        )
    return codes


def change_password(db: Session, staff_id: str, password: str) -> None:
    _set(db, staff_id, password_hash=passwords.keep(password))


def change_pin(db: Session, keys: Keys, staff_id: str, pin: str) -> None:
    _set(db, staff_id, pin_hash=passwords.keep_pin(keys, staff_id, pin))


def change_authenticator(db: Session, keys: Keys, staff_id: str, secret: str, code: str, now: dt.datetime) -> bool:
    """Whether the code shows that the new authenticator works; until it does, the old one stays."""
    step = step_of(secret, code, now)
    if step is not None:
        _set(db, staff_id, totp_secret=keys.seal(secret, secret_place(staff_id)), last_step=step)
    return step is not None


def looks_like_recovery(code: str) -> bool:
    return len(_bare(code)) == 16


def use_recovery_code(db: Session, keys: Keys, staff_id: str, code: str, now: dt.datetime) -> bool:
    if not looks_like_recovery(code):
        return False
    with unwalled(db):
        used = db.scalar(
            update(RecoveryCode)
            .where(
                RecoveryCode.staff_id == staff_id,
                RecoveryCode.hash == _recovery_hash(keys, staff_id, code),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=now)
            .returning(RecoveryCode.id)
            .execution_options(synchronize_session=False)
        )
    return used is not None


def recovery_codes_left(db: Session, staff_id: str) -> int:
    with unwalled(db):
        unused = select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
        return db.scalar(unused) or 0


def _set(db: Session, staff_id: str, **values: object) -> None:
    with unwalled(db):
        db.execute(
            update(Credential)
            .where(Credential.staff_id == staff_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code[:60]).upper()


def _recovery_hash(keys: Keys, staff_id: str, code: str) -> bytes:
    """Slow and keyed, with one salt for a person, so that a typed code is looked up by one hash."""
    secret = hmac.digest(keys.derive("recovery"), _bare(code).encode(errors="replace"), "sha256")
    salt = keys.digest("recovery salt", staff_id)[:16]
    return hash_secret_raw(secret, salt, time_cost=1, memory_cost=8 * 1024, parallelism=1, hash_len=32, type=Type.ID)
