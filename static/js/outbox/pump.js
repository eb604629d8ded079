// When to drain: at every sign of life, and on a timer that waits longer each time, up to five minutes.
import { drain } from './drain.js'
import { unsent } from './store.js'

export const SEND = { again: true, ask: true }
const FIRST = 5_000
const LONGEST = 300_000
let tries = 0
let timer = 0

export async function pump(asked = {}) {
  clearTimeout(timer)
  const end = await drain(asked)
  const { waiting } = await unsent()
  tries = end.stop ? tries + 1 : 0
  if (waiting.some((item) => !item.unreadable)) timer = setTimeout(pumpQuietly, pause())
  return end
}

const pumpQuietly = () => pump().catch(() => {})
const pause = () => Math.min(LONGEST, FIRST * 2 ** tries) * (0.75 + Math.random() / 2)

export function startPump() {
  addEventListener('online', pumpQuietly)
  addEventListener('pageshow', pumpQuietly)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') pumpQuietly()
  })
}
