// A page brought back from memory stays hidden until the server says that the session is still open, so that Back
// never shows what a lock or sign-out put away, and never costs typed text.
import { sayNoSignal } from './signal.js'

export function guardPage() {
  addEventListener('pagehide', () => { document.body.hidden = true })
  addEventListener('pageshow', async (event) => {
    if (event.persisted && !(await open())) return location.reload()
    document.body.hidden = false
  })
  sayNoSignal()
}

async function open() {
  try {
    return (await fetch('/alive', { redirect: 'manual', cache: 'no-store' })).ok
  } catch {
    return false
  }
}
