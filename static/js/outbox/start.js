// Starts the outbox on a page of a hub.
import { enrol } from './device.js'
import { showLine } from './line.js'
import { readyToSay } from './messages.js'
import { listen } from './news.js'
import { pump, startPump } from './pump.js'
import { captureForms } from './saving.js'
import { putNote } from './store.js'
import { startWorker } from './worker.js'

export function startOutbox() {
  const { hub, viewer } = document.body.dataset
  if (!hub || !crypto.subtle || !navigator.locks) return
  readyToSay()
  captureForms(document)
  document.addEventListener('htmx:after:swap', () => captureForms(document))
  if (viewer) remember(viewer).catch(() => {})
  // Beside "this has reached nobody" nothing is said to be kept anywhere.
  if (document.getElementById('outbox') && !location.pathname.endsWith('/help')) showLine(hub)
  startPump()
  listen(({ please }) => please && pump(please).catch(() => {}))
  startWorker(hub).catch(() => {})
}

async function remember(viewer) {
  await putNote('viewer', viewer)
  await putNote('signed out', 0)
  await enrol(viewer)
}
