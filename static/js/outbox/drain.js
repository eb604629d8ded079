// Draining: one page or worker at a time sends what is held, oldest first. An item goes only on a receipt that names it.
import { base64 } from './bytes.js'
import { tell } from './news.js'
import { deviceOf, held, note, putNote, replace, unsent } from './store.js'

const BATCH = 20
const BYTES = 1_200_000
const PATIENCE = 60_000
const A_DAY = 24 * 3600_000
const GRACE = 300_000

let waiting = null
let wanted = {}

// `again` also tries what the hub could not open, and does not wait for a Retry-After; `ask` asks even with nothing to send.
export function drain(asked = {}) {
  Object.assign(wanted, asked)
  waiting ??= navigator.locks.request('outbox', () => {
    const now = wanted
    waiting = null
    wanted = {}
    return send(now)
  })
  return waiting
}

async function send({ again = false, ask = false }) {
  if (!again && Date.now() < ((await note('rest until')) ?? 0)) return finish({ stop: 'rest' })
  const passed = new Set()
  let asked = false
  let left = ''
  for (;;) {
    const batch = take((await held()).filter((item) => !passed.has(item.id) && (again || !rests(item))))
    if (!batch.length && (asked || !ask)) return finish({ stop: left, asked })
    const answer = await post(batch)
    if (answer.stop) return finish(answer)
    asked ||= ask || batch.some((item) => !item.draft)
    for (const item of batch) {
      const receipt = answer.items.find((one) => one?.id === item.id)
      passed.add(item.id)
      if (receipt?.kept === true) await replace(item)
      else if (receipt?.state === 'unreadable') await replace(item, { ...item, unreadable: Date.now() })
      else left = 'kept'
    }
    tell({ receipts: answer.items })
    if (answer.items.some((one) => one?.state === 'sign_in')) return finish({ stop: 'sign_in' })
  }
}

// How it stands after a drain: `asked` when the hub itself has answered, `stop` for why anything is left.
async function finish(end) {
  if (end.stop === 'sign_in') await putNote('signed out', (await note('signed out')) || Date.now())
  if (end.after) await putNote('rest until', Date.now() + end.after)
  const result = { stop: '', asked: false, ...end }
  tell({ drained: result })
  return result
}

const rests = (item) => Date.now() - (item.unreadable ?? 0) < A_DAY

// Words before photos, photos before drafts.
const rank = (item) => (item.draft ? 2 : item.form === 'photo' ? 1 : 0)

function take(items) {
  items.sort((one, other) => rank(one) - rank(other) || one.at - other.at)
  let bytes = 0
  return items.slice(0, BATCH).filter((item, place) => (bytes += item.blob.length) <= BYTES || !place)
}

async function post(batch) {
  if (batch.some((item) => !item.draft)) tell({ sending: (await unsent()).waiting.length })
  const viewer = await note('viewer')
  const { waiting: left, oldest } = await unsent(viewer)
  const waits = Date.now() - ((await note('signed out')) || Date.now()) < GRACE
  const body = {
    now: new Date().toISOString(),
    unsent: left.length,
    oldest: oldest && new Date(oldest).toISOString(),
    device: await deviceName(),
    items: await Promise.all(batch.map((item) => envelope(item, waits && item.author === viewer))),
  }
  try {
    const answer = await fetch('/outbox', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Outbox': '1' },
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE),
      body: JSON.stringify(body),
    })
    return await read(answer)
  } catch {
    return { stop: 'no signal' }
  }
}

// Only the hub's own JSON is believed: a captive portal answers 200 with its own page.
async function read(answer) {
  const after = Math.min(Number(answer.headers.get('Retry-After')) || 0, 3600) * 1000
  if (!answer.headers.get('Content-Type')?.includes('application/json')) return { stop: 'not ours', after }
  const found = await answer.json()
  if (answer.status === 401 && found?.stop === 'sign_in') return { stop: 'sign_in', asked: true }
  if (answer.ok && typeof found?.now === 'string' && Array.isArray(found.items)) return { items: found.items }
  return { stop: 'not ours', after }
}

// A signature lets an item go in with nobody signed in, to be confirmed one by one: its author is first given a while
// to sign in instead.
async function envelope({ id, kid, form, blob, signature, author }, bare) {
  const signed = signature && !bare && (await deviceOf(author))
  return { id, kid, form, blob: base64(blob), signature: signed ? base64(signature) : '', device_key: signed?.name ?? '' }
}

async function deviceName() {
  const known = await note('device')
  if (!known) await putNote('device', crypto.randomUUID())
  return known ?? note('device')
}
