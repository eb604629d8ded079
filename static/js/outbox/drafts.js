// Half-typed forms: sealed every few seconds of typing and given back by the hub after sign-in, never by the phone.
import { uuid7 } from './bytes.js'
import { author, keep } from './keep.js'
import { pump } from './pump.js'
import { remove } from './store.js'

const APART = 4_000

// Watches one form; `said` gives its words now. `kept` is for Save: it waits for what is being written.
export function watchDraft(form, said) {
  let id = uuid7()
  let number = 0
  let timer = 0
  let writing = Promise.resolve()
  let typing = null

  form.addEventListener('input', () => {
    typing ??= hold()
    timer ||= setTimeout(() => { writing = write() }, APART)
  })

  return { settle, start }

  async function write() {
    timer = 0
    if (!(await author())) return
    try {
      await keep(id, form.dataset.capture, { ...said(), draft: number + 1 })
      number += 1
      pump().catch(() => {})
    } catch {
      // The words are still on the screen; the next letter tries again.
    }
  }

  // Stops the writing. Gives back the draft that Save replaces, if there is one.
  async function settle() {
    clearTimeout(timer)
    timer = 0
    await writing
    return number ? id : ''
  }

  // The form is kept: what was half-typed goes, and what is typed next is another form.
  async function start() {
    typing?.abort()
    typing = null
    if (number) await remove(id)
    id = uuid7()
    number = 0
  }
}

// While any page holds this, an update of the worker waits.
function hold() {
  const typing = new AbortController()
  const until = () => new Promise((done) => {
    if (typing.signal.aborted) done()
    typing.signal.addEventListener('abort', done)
  })
  navigator.locks.request('typing', { mode: 'shared' }, until)
  return typing
}
