// The few answers that can stop Save, checked where there may be no signal. Everything else is the server's to judge.
import { make } from '../shell/elements.js'

// Shows what is missing in the questions' own words. True when nothing is.
export function enough(form) {
  clear(form)
  const empty = [...form.querySelectorAll('[data-enough]')].filter((group) => !group.closest('[hidden]') && !answered(group))
  empty.forEach(mark)
  if (empty.length) summarise(form, empty)
  return !empty.length
}

const controls = (group) => [...group.querySelectorAll('input, select, textarea')].filter((control) => !control.disabled)

function answered(group) {
  return controls(group).some((control) =>
    ['radio', 'checkbox'].includes(control.type) ? control.checked : control.value.trim() !== '')
}

const idOf = (group) => group.id.replace(/-field$/, '')

function mark(group) {
  const id = `${idOf(group)}-error`
  const words = make('p', { className: 'govuk-error-message', id })
  words.append(make('span', { className: 'govuk-visually-hidden', textContent: 'Error: ' }), group.dataset.missing)
  const head = group.querySelector('.govuk-hint') ?? group.querySelector('.govuk-label, legend')
  head.after(words)
  group.classList.add('govuk-form-group--error')
  const told = group.querySelector('fieldset') ?? controls(group)[0]
  const about = told.getAttribute('aria-describedby') ?? ''
  if (!about.includes(id)) told.setAttribute('aria-describedby', `${about} ${id}`)
}

function clear(form) {
  form.previousElementSibling?.matches('.govuk-error-summary') && form.previousElementSibling.remove()
  for (const group of form.querySelectorAll('.govuk-form-group--error')) {
    group.classList.remove('govuk-form-group--error')
    group.querySelector('.govuk-error-message')?.remove()
  }
}

function summarise(form, empty) {
  const which = empty.length > 1 ? 'these answers' : 'this answer'
  const title = make('h2', { className: 'govuk-error-summary__title', textContent: `Nothing is lost. Please look at ${which}` })
  const list = make('ul', { className: 'govuk-error-summary__list' }, ...empty.map(link))
  const alert = make('div', { role: 'alert' }, title, list)
  const summary = make('div', { className: 'govuk-error-summary', tabIndex: -1 }, alert)
  form.before(summary)
  summary.focus()
}

function link(group) {
  const anchor = make('a', { href: `#${idOf(group)}`, textContent: group.dataset.missing })
  anchor.addEventListener('click', (event) => {
    const control = controls(group)[0]
    if (!control) return
    event.preventDefault()
    group.scrollIntoView()
    control.focus({ preventScroll: true })
  })
  return make('li', {}, anchor)
}
