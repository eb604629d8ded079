"""A stream sealed in frames under the hub's key: none can be changed, dropped, reordered or cut off unnoticed."""

import os
import struct
from typing import IO, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.crypto import Keys

MARK = b"hub-backup-v1\n"
FRAME = 1 << 20
_SALT = 32


def seal_stream(keys: Keys, source: IO[bytes], target: BinaryIO) -> None:
    """Each frame's nonce is its number and whether it is the last; the salt makes the key one backup's own."""
    salt = os.urandom(_SALT)
    cipher = AESGCM(keys.derive(f"backup|{salt.hex()}"))
    target.write(MARK + salt)
    number, frame = 0, source.read(FRAME)
    while True:
        following = source.read(FRAME)
        sealed = cipher.encrypt(_nonce(number, last=not following), frame, MARK)
        target.write(struct.pack(">I", len(sealed)) + sealed)
        if not following:
            break
        number, frame = number + 1, following
    target.flush()
    os.fsync(target.fileno())


def unseal_stream(keys: Keys, source: BinaryIO, target: IO[bytes]) -> None:
    """Raises ValueError at the first frame that is not as it was written."""
    if source.read(len(MARK)) != MARK:
        raise ValueError("not a backup")
    cipher = AESGCM(keys.derive(f"backup|{source.read(_SALT).hex()}"))
    number, size = 0, source.read(4)
    while size:
        sealed = source.read(min(struct.unpack(">I", size.ljust(4, b"\0"))[0], FRAME + 16))
        size = source.read(4)
        try:
            target.write(cipher.decrypt(_nonce(number, last=not size), sealed, MARK))
        except InvalidTag as wrong:
            raise ValueError(f"frame {number}") from wrong
        number += 1
    if not number:
        raise ValueError("empty")


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">IQ", last, number)
