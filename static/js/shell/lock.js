// Fifteen quiet minutes, or Lock now, put the page away without leaving it: the server checks the PIN, typed words stay.
import { make } from './elements.js'

const QUIET = 15 * 60 * 1000
const LOOK_EVERY = 15 * 1000

export function lockWhenQuiet() {
  const form = document.querySelector('form.lock')
  if (!form) return
  let used = Date.now()
  const quiet = () => Date.now() - used >= QUIET
  const look = () => quiet() && !document.querySelector('dialog.locked') && lock(false)
  for (const sign of ['pointerdown', 'keydown', 'scroll']) {
    addEventListener(sign, () => { if (!quiet()) used = Date.now() }, { passive: true, capture: true })
  }
  setInterval(look, LOOK_EVERY)
  document.addEventListener('visibilitychange', look)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    lock(true)
  }, { capture: true })

  // Without signal nobody could unlock again, so a quiet phone in the street stays open; Lock now always covers it.
  async function lock(asked) {
    const status = await post('/lock', {})
    if (status === 401) return leave()
    if (status || asked) cover(form.dataset.hint ?? '', () => { used = Date.now() })
  }
}

function cover(words, opened) {
  const pin = make('input', {
    id: 'lock-pin', type: 'password', inputMode: 'numeric', autocomplete: 'off', maxLength: 20, className: 'govuk-input pin',
  })
  const label = make('label', { className: 'govuk-label', htmlFor: 'lock-pin', textContent: 'Your six-digit PIN' })
  const hint = make('p', { className: 'govuk-hint', textContent: words, hidden: !words })
  const why = make('p', { className: 'govuk-error-message', role: 'alert' })
  const form = make('form', {}, label, hint, why, pin, make('button', { className: 'button wide', textContent: 'Unlock' }))
  const out = make('form', { method: 'post', action: '/sign-out' }, make('button', { className: 'link', textContent: 'Not you? Sign out' }))
  const dialog = make('dialog', { className: 'locked', ariaLabel: 'Locked' }, make('h2', { textContent: 'Locked' }), form, out)
  dialog.addEventListener('cancel', (event) => event.preventDefault())
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const typed = pin.value
    pin.value = ''
    const status = await post('/unlock', { pin: typed })
    if (status === 204) {
      dialog.close()
      dialog.remove()
      return opened()
    }
    if (status === 401) return leave()
    why.textContent = status ? 'That PIN is not right' : 'Unlocking needs signal. Nothing you typed is lost'
    pin.focus()
  })
  document.body.append(dialog)
  dialog.showModal()
}

// The session is over. What was typed goes to the server once more, which keeps it sealed through the sign-in.
function leave() {
  const written = [...document.querySelectorAll('form.fields')].find((form) => [...form.elements].some(changed))
  if (written) HTMLFormElement.prototype.submit.call(written)
  else location.reload()
}

function changed(control) {
  if (control.closest('dialog') || !control.name || control.type === 'file') return false
  if (control.options) return [...control.options].some((option) => option.selected !== option.defaultSelected)
  return control.value !== control.defaultValue || control.checked !== control.defaultChecked
}

async function post(path, fields) {
  try {
    const asked = { method: 'POST', body: new URLSearchParams(fields), headers: { 'X-Script': '1' }, redirect: 'manual' }
    return (await fetch(path, asked)).status
  } catch {
    return 0
  }
}
