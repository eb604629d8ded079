"""The outbox: sealed items from phones, kept first and checked second."""

from hub.outbox.arriving import Receipt, accept
from hub.outbox.photos import photo_of
from hub.outbox.sealing import Envelope, Opened, Unreadable, unseal
from hub.outbox.tables import DeviceKey, Draft, Item, UnsentReport
from hub.outbox.waiting import (
    confirm,
    discard,
    drafts,
    errors_of,
    finish,
    quarantined,
    record_of,
    register_device,
    report_unsent,
    unsent_reports,
    waiting_items,
)

__all__ = [
    "DeviceKey",
    "Draft",
    "Envelope",
    "Item",
    "Opened",
    "Receipt",
    "Unreadable",
    "UnsentReport",
    "accept",
    "confirm",
    "discard",
    "drafts",
    "errors_of",
    "finish",
    "photo_of",
    "quarantined",
    "record_of",
    "register_device",
    "report_unsent",
    "unseal",
    "unsent_reports",
    "waiting_items",
]
