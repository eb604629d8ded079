// Save on a capture form: sealed and stored first, then sent at once, and only then is the form cleared.
import { changed } from '../shell/elements.js'
import { uuid7 } from './bytes.js'
import { watchDraft } from './drafts.js'
import { enough } from './enough.js'
import { canKeep, keep } from './keep.js'
import { say } from './messages.js'
import { listen } from './news.js'
import { keepPhotos, photosIn } from './photos.js'
import { pump } from './pump.js'

const PATIENCE = 8_000
const PATIENCE_IN_DANGER = 2_000
const OURS = ['submission', 'parent', 'way']
const watched = new WeakSet()

export function captureForms(part) {
  if (!canKeep()) return
  for (const form of part.querySelectorAll('form[data-capture]')) {
    if (!watched.has(form)) capture(form)
    watched.add(form)
  }
}

function capture(form) {
  const draft = watchDraft(form, () => saidIn(new FormData(form)))
  let plain = false

  form.addEventListener('submit', async (event) => {
    if (plain) return
    event.preventDefault()
    if (form.inert || !enough(form)) return
    form.inert = true
    try {
      await save(form, new FormData(form, event.submitter), draft)
    } catch (failed) {
      // A signed-in page can still hand its words to the hub without this phone's store.
      plain = Boolean(document.body.dataset.viewer) && navigator.onLine
      say(failed?.name === 'QuotaExceededError' ? 'full' : plain ? 'plain' : 'failed')
    } finally {
      form.inert = false
    }
  }, { capture: true })
}

async function save(form, data, draft) {
  const id = data.get('submission') || uuid7()
  const drafted = await draft.settle()
  await keep(id, form.dataset.capture, { ...saidIn(data), drafted })
  const danger = form.querySelector('[data-alarm]:checked')
  const receipt = receiptFor(id, danger ? PATIENCE_IN_DANGER : PATIENCE)
  const lost = await keepPhotos(photosIn(data), id)
  await draft.start()
  say('sending')
  pump().catch(() => {})
  const { state, path } = await receipt
  clear(form)
  if (document.body.dataset.viewer && path && !lost) return location.assign(path)
  if (danger && state === 'waits') return location.assign(`/h/${document.body.dataset.hub}/help`)
  say(state, path, lost)
  navigator.storage?.persist?.()
}

function saidIn(data) {
  const typed = {}
  for (const [name, value] of data) {
    if (typeof value === 'string' && !OURS.includes(name)) (typed[name] ??= []).push(value)
  }
  return { typed, parent: data.get('parent') ?? '', way: data.get('way') ?? '' }
}

// Waits a little for the hub's word on one item, from whichever page or worker sent it.
function receiptFor(id, patience) {
  return new Promise((resolve) => {
    const give = (receipt) => {
      clearTimeout(timer)
      stop()
      resolve(receipt)
    }
    const timer = setTimeout(give, patience, { state: 'waits' })
    const stop = listen(({ receipts, drained }) => {
      const receipt = receipts?.find((one) => one?.id === id)
      if (receipt) give({ state: receipt.state, path: ownPath(receipt.path) })
      else if (drained?.stop) give({ state: drained.stop === 'sign_in' ? 'sign_in' : 'waits' })
    })
  })
}

const ownPath = (path) => (/^\/(?!\/)/.test(path ?? '') ? path : '')

function clear(form) {
  form.reset()
  const submission = form.querySelector('[name="submission"]')
  if (submission) submission.value = ''
  for (const grid of form.querySelectorAll('[data-counts]')) changed(grid)
  form.dispatchEvent(new Event('change'))
}
