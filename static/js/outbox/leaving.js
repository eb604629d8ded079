// Signing out: says what is still unsent, keeps it sealed, and forgets who was here.
import { make } from '../shell/elements.js'
import { tell } from './news.js'
import { SEND } from './pump.js'
import { putNote, unsent } from './store.js'

export function warnOnLeaving() {
  for (const form of document.querySelectorAll('form[action="/sign-out"]')) warn(form)
}

function warn(form) {
  const button = form.querySelector('button')
  let asked = false
  let ready = false

  form.addEventListener('submit', async (event) => {
    if (ready) return
    event.preventDefault()
    const { waiting } = await unsent().catch(() => ({ waiting: [] }))
    if (waiting.length && !asked) {
      asked = true
      return ask(waiting.length)
    }
    await putNote('viewer', '').catch(() => {})
    ready = true
    form.requestSubmit(button)
  }, { capture: true })

  function ask(count) {
    const send = make('button', { type: 'button', className: 'button', textContent: 'Send now' })
    send.addEventListener('click', () => tell({ please: SEND }))
    const what = count > 1 ? `${count} forms are` : '1 form is'
    const words = `${what} not sent yet. They stay sealed on this phone, and are sent when you sign in here again.`
    form.before(make('div', { className: 'say warn leaving', role: 'alert' }, make('p', { textContent: words })))
    if (document.body.dataset.hub) form.previousElementSibling.append(send)
    button.textContent = 'Sign out anyway'
  }
}
