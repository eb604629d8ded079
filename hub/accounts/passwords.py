"""Passwords and PINs: what is too easy to guess, and how the rest is kept (argon2id)."""

import hmac
import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.crypto import Keys

LEAST, MOST = 12, 200
_PASSWORDS = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_PINS = PasswordHasher(time_cost=2, memory_cost=8 * 1024, parallelism=1)
_PLACES = threading.BoundedSemaphore(2)  # two at once bound the memory that a flood of sign-ins can take

_COMMON = """password passwort letmein welcome iloveyou football baseball basketball liverpool arsenal chelsea tottenham
westham dragon monkey sunshine princess superman batman starwars pokemon master shadow michael jordan charlie daniel
jessica ashley trustno admin administrator login secret summer winter spring autumn monday january february
march april june july august september october november december london england manchester birmingham hackney
walthamstow chocolate computer freedom whatever qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm abcdefgh hello youth worker
outreach mentor council social hubhub thewharf themill changeme default cheese banana orange purple yellow silver
mustang ferrari harley hunter ranger killer soccer hockey tigger pepper ginger buster flower butterfly angel lovely
blessed jesus christ family mother father friends forever nothing internet samsung google facebook""".split()
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)
_LEET = str.maketrans("013457@$!|", "oleastasil")


def weakness(password: str, names: Iterable[str]) -> str | None:
    """Why a password will not do, in words; None when it will. `names`: what a stranger could know of its owner."""
    if len(password) < LEAST:
        return f"Use at least {LEAST} characters. Four unrelated words work well"
    if len(password) > MOST:
        return f"Use at most {MOST} characters"
    if "\0" in password:
        return "Leave out characters that cannot be typed"
    plain = password.casefold()
    known = [part for name in names for part in re.split(r"[^\w]+", name.casefold()) if len(part) > 3]
    if len(_left(plain, known)) < LEAST // 2 < len(_left(plain, ())):
        return "Leave out your name and e-mail"
    spelt = plain.translate(_LEET)
    if min(_variety(_left(plain, _COMMON)), _variety(_left(spelt, [*_COMMON, *_RUNS[2:]]))) < 5:
        return "That is one of the first things a stranger would try. Four unrelated words work well"
    return None


def _left(text: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    for run in _RUNS:
        for start in range(len(run) - 3):
            text = text.replace(run[start : start + 4], "")
    return text


def _variety(text: str) -> int:
    return len({letter for letter in text if letter.isalpha()}) or len(set(text)) // 2


def pin_weakness(pin: str) -> str | None:
    if not re.fullmatch(r"[0-9]{6}", pin):
        return "Use six digits, 0 to 9"
    if len(set(pin)) < 3 or any(pin in run for run in _RUNS) or pin[:3] == pin[3:] or pin[:2] * 3 == pin:
        return "Choose digits that are harder to guess"
    return None


def keep(password: str) -> str:
    with _PLACES:
        return _PASSWORDS.hash(_bytes(password))


def matches(kept: str, password: str) -> bool:
    """Takes as long for an account that does not exist (`kept` empty) as for a wrong password."""
    with _PLACES:
        right = _verify(_PASSWORDS, kept or _nobody(), _bytes(password[:MOST]))
    return right and bool(kept) and len(password) <= MOST


def keep_pin(keys: Keys, staff_id: str, pin: str) -> str:
    with _PLACES:
        return _PINS.hash(_peppered(keys, staff_id, pin))


def pin_matches(keys: Keys, staff_id: str, kept: str, pin: str) -> bool:
    with _PLACES:
        return _verify(_PINS, kept, _peppered(keys, staff_id, pin))


@cache
def _nobody() -> str:
    return _PASSWORDS.hash("nobody")


def _verify(hasher: PasswordHasher, kept: str, secret: bytes) -> bool:
    try:
        return hasher.verify(kept, secret)
    except (VerificationError, InvalidHashError):
        return False


def _peppered(keys: Keys, staff_id: str, pin: str) -> bytes:
    """Six digits alone could be tried in a minute: without the key file the hash says nothing."""
    return hmac.digest(keys.derive("pin"), f"{staff_id}\0{pin}".encode(errors="replace"), "sha256")


def _bytes(password: str) -> bytes:
    """Composed alike on every keyboard; halves of broken characters are kept rather than refused."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
