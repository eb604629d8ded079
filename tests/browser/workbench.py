"""The phone's own sealing, keeping and draining, put into a page by hand: for storms and for measuring."""

import subprocess
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
ENTRY = """
export { uuid7 } from './bytes.js'
export { drain } from './drain.js'
export { keep } from './keep.js'
export { seal } from './seal.js'
"""


def put_in(page: Page) -> None:
    """From here on the page has `phone.keep`, `phone.drain`, `phone.seal` and `phone.uuid7`."""
    options = ["--bundle", "--format=iife", "--global-name=phone", "--log-level=error"]
    done = subprocess.run(
        [ROOT / "node_modules/.bin/esbuild", *options],
        cwd=ROOT / "static/js/outbox",
        input=ENTRY,
        capture_output=True,
        text=True,
        check=True,
    )
    script = done.stdout
    page.evaluate(f"() => {{ {script}; globalThis.phone = phone }}")


def keep_many(page: Page, count: int, invalid: bool = True) -> list[str]:
    """Mentoring sessions sealed and stored one after another, every second one invalid; their ids."""
    ids: list[str] = page.evaluate(
        """async ([count, invalid]) => {
          const ids = []
          for (let turn = 0; turn < count; turn++) {
            const status = invalid && turn % 2 ? 'flown' : 'attended'
            const typed = { who: ['YP-AMARI'], status: [status], worry: ['none'], told: [`Turn ${turn}`] }
            ids.push(phone.uuid7())
            await phone.keep(ids.at(-1), 'mentoring-session', { typed })
          }
          return ids
        }""",
        [count, invalid],
    )
    return ids
