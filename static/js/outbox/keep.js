// Keeping: said, sealed, signed, stored. Nothing readable is ever written down on the way.
import { seal, kidOf } from './seal.js'
import { sign } from './device.js'
import { note, put } from './store.js'

export const canKeep = () => Boolean(sealingKey())

const sealingKey = () => document.querySelector('meta[name="outbox-key"]')?.content ?? ''

// Who writes on this page: the person signed in, else whoever was last signed in on this phone.
export const author = async () => document.body.dataset.viewer ?? (await note('viewer')) ?? ''

// `said` has typed, and where they apply parent, way, draft (its number) and drafted (the draft that this replaces).
export async function keep(id, form, said) {
  const writer = await author()
  const now = new Date()
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const whole = { author: writer, at: now.toISOString(), zone: timeZone, parent: '', way: '', draft: 0, ...said }
  const blob = await seal(sealingKey(), id, form, whole)
  const signature = writer ? await sign(writer, id, form, blob) : null
  const kid = kidOf(sealingKey())
  await put({ id, kid, form, blob, signature, author: writer, at: now.getTime(), draft: whole.draft })
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register('outbox')).catch(() => {})
}
