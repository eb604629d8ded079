// The service worker: kept in step with the hub, but never changed under a half-typed form.
import { note, putNote } from './store.js'

const LONGEST = 7 * 24 * 3600_000

export async function startWorker(hub) {
  const workers = navigator.serviceWorker
  if (!workers) return
  workers.addEventListener('controllerchange', () => putNote('update since', 0))
  const registration = await workers.register(`/service-worker.js?hub=${encodeURIComponent(hub)}`, { updateViaCache: 'none' })
  const look = () => registration.waiting && welcome(registration.waiting)
  look()
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look))
}

async function welcome(worker) {
  const since = (await note('update since')) || Date.now()
  await putNote('update since', since)
  const go = () => worker.postMessage('activate')
  if (Date.now() - since > LONGEST) return go()
  await navigator.locks.request('typing', { ifAvailable: true }, (free) => free && go())
}
