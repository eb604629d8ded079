"""What the phone's own script seals and signs, the hub opens and believes, and nothing else does."""

import base64
import datetime as dt
import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.crypto import Keys, OutboxKey, make_keys, rotate_outbox_key
from hub.ids import is_id, uuid7
from hub.outbox import Envelope, Unreadable, unseal
from hub.outbox.sealing import signed

ROOT = Path(__file__).parents[1]
TODAY = dt.date(2026, 11, 23)
FORM = "mentoring-session"
SAID: dict[str, Any] = {
    "author": "dre",
    "typed": {"told": ["He said “not tonight” 🚲\r\nand went home"], "worry": ["none"], "who": ["Curtis", "YP-7KQ2"]},
    "at": "2026-11-21T20:41:00.000Z",
    "zone": "Europe/London",
    "parent": "",
    "way": "",
    "draft": 0,
}
BIG = SAID | {"typed": {"told": ["x" * 4000]}}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    path = tmp_path_factory.mktemp("keys") / "hub.key"
    make_keys(path, TODAY)
    return rotate_outbox_key(path, TODAY)


@pytest.fixture(scope="module")
def phone(keys: Keys) -> dict[str, Any]:
    """One run of the phone's script: two items to the newest key, one to the key before it."""
    older, newest = keys.outbox.values()
    asked = [(newest, SAID), (newest, BIG), (older, SAID)]
    items = [{"key": shown(key), "id": uuid7(), "form": FORM, "said": said} for key, said in asked]
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    node = shutil.which("node", path=path)
    assert node, "bin/setup gives a node"
    script = [node, "tests/seal_as_phone.mjs"]
    done = subprocess.run(script, cwd=ROOT, input=json.dumps({"items": items}), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    answer["envelopes"] = [
        Envelope.read({"id": item["id"], "kid": item["key"].split(":")[0], "form": FORM, "device_key": "key", **sealed})
        for item, sealed in zip(items, answer["items"], strict=True)
    ]
    return answer


def shown(key: OutboxKey) -> str:
    """The key as a page carries it."""
    return f"{key.kid}:{base64.b64encode(key.public).decode()}"


def test_the_hub_opens_what_the_phone_sealed(keys: Keys, phone: dict[str, Any]) -> None:
    opened = unseal(keys, phone["envelopes"][0])
    assert opened.author == "dre"
    assert opened.typed == SAID["typed"]
    assert opened.written_at == dt.datetime(2026, 11, 21, 20, 41, tzinfo=dt.UTC)
    assert (opened.zone, opened.parent, opened.way, opened.draft) == ("Europe/London", "", "", 0)


def test_what_was_sealed_to_an_older_key_still_opens(keys: Keys, phone: dict[str, Any]) -> None:
    late = phone["envelopes"][2]
    assert late.kid != keys.current.kid
    assert unseal(keys, late).typed == SAID["typed"]


def test_nothing_that_was_typed_shows_in_the_blob(phone: dict[str, Any]) -> None:
    for envelope in phone["envelopes"]:
        assert b"Curtis" not in envelope.blob
        assert b"dre" not in envelope.blob


def test_sizes_tell_whole_kilobytes_only(phone: dict[str, Any]) -> None:
    overhead = 65 + 16
    assert [len(envelope.blob) - overhead for envelope in phone["envelopes"]] == [1024, 5120, 1024]
    assert phone["sizes"] == [1024, 1024, 1024, 2048]


def test_sealing_the_same_words_twice_gives_other_bytes(phone: dict[str, Any]) -> None:
    points = {envelope.blob[:65] for envelope in phone["envelopes"]}
    assert len(points) == len(phone["envelopes"])


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "01a2b3c4-d5e6-7f80-9123-456789abcdef"},
        {"form": "custody-visit"},
        {"blob": b""},
        {"blob": b"\x04" + bytes(64) + bytes(1040)},
        {"kid": "00000000"},
    ],
    ids=["another id", "another form", "nothing", "no point of the curve", "an unknown key"],
)
def test_an_item_opens_for_its_own_id_form_and_key_alone(
    changed: dict[str, Any], keys: Keys, phone: dict[str, Any]
) -> None:
    with pytest.raises(Unreadable):
        unseal(keys, replace(phone["envelopes"][0], **changed))


@pytest.mark.parametrize("place", [0, 64, 65, 600, -1])
def test_one_changed_bit_is_noticed(place: int, keys: Keys, phone: dict[str, Any]) -> None:
    envelope = phone["envelopes"][0]
    blob = bytearray(envelope.blob)
    blob[place] ^= 1
    with pytest.raises(Unreadable):
        unseal(keys, replace(envelope, blob=bytes(blob)))


@pytest.mark.parametrize("length", [1, 64, 65, 66, 80, 500, -1])
def test_a_truncated_item_is_unreadable(length: int, keys: Keys, phone: dict[str, Any]) -> None:
    envelope = phone["envelopes"][0]
    with pytest.raises(Unreadable):
        unseal(keys, replace(envelope, blob=envelope.blob[:length]))


def test_the_phones_signature_holds_for_its_item_alone(phone: dict[str, Any]) -> None:
    point, one, other = base64.b64decode(phone["point"]), *phone["envelopes"][:2]
    assert signed(point, one)
    assert signed(point, other)
    assert not signed(point, replace(one, signature=other.signature))
    assert not signed(point, replace(one, id=other.id))
    assert not signed(point, replace(one, form="custody-visit"))
    assert not signed(point, replace(one, blob=other.blob))
    assert not signed(b"\x04" + bytes(64), one)


def test_the_phones_ids_are_ids_in_order_of_time(phone: dict[str, Any]) -> None:
    assert all(map(is_id, phone["ids"]))
    assert len(set(phone["ids"])) == len(phone["ids"])
    assert phone["ids"] == sorted(phone["ids"])
    assert phone["ids"][0].startswith("01a3185c-5000-7")


def test_bytes_survive_base64(phone: dict[str, Any]) -> None:
    assert phone["same"] is True
