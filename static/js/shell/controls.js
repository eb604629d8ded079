// Buttons beside a control that save typing: − and +, days, now, known people, and the letters left.
import { changed, make } from './elements.js'

const button = (textContent, className, act) => {
  const made = make('button', { type: 'button', className, textContent })
  made.addEventListener('click', act)
  return made
}

function set(input, value) {
  input.value = value
  changed(input)
}

export function addSteps(steps) {
  const input = steps.querySelector('input')
  const label = steps.parentElement.querySelector('label').firstChild.textContent.trim()
  const least = Number(input.dataset.least ?? 0)
  const most = Number(input.dataset.most ?? Infinity)
  const step = (by) => () => set(input, Math.min(most, Math.max(least, (Number.parseInt(input.value, 10) || 0) + by)))
  const fewer = button('−', 'button quiet', step(-1))
  const more = button('+', 'button quiet', step(1))
  fewer.ariaLabel = `One fewer: ${label}`
  more.ariaLabel = `One more: ${label}`
  input.before(fewer)
  input.after(more)
}

const local = (date) => new Date(date - date.getTimezoneOffset() * 60000).toISOString()

const DAYS = { past: [-1, 0], future: [0, 1, 7], '': [-1, 0, 1] }
const WORDS = { '-1': 'Yesterday', 0: 'Today', 1: 'Tomorrow', 7: 'In a week' }

export function addDays(input) {
  const row = make('div', { className: 'quick' })
  for (const days of DAYS[input.dataset.days] ?? DAYS['']) {
    const day = new Date()
    day.setDate(day.getDate() + days)
    row.append(button(WORDS[days], 'chip', () => set(input, local(day).slice(0, 10))))
  }
  input.after(row)
}

export function addNow(input) {
  input.after(make('div', { className: 'quick' }, button('Now', 'chip', () => set(input, local(new Date()).slice(0, 16)))))
}

export function addSuggestions(input) {
  const row = make('div', { className: 'quick' })
  const known = document.getElementById(input.dataset.suggest)
  for (const option of [...known.options].slice(0, 6)) {
    row.append(button(option.label, 'chip', () => set(input, option.value)))
  }
  input.after(row)
}

// Speaks only once four fifths are used, so that it does not hurry anyone.
export function countLeft(input) {
  const limit = Number(input.dataset.limit)
  const left = make('p', { className: 'govuk-hint left', role: 'status', hidden: true })
  input.after(left)
  input.addEventListener('input', () => {
    const spare = limit - input.value.length
    left.hidden = input.value.length < limit * 0.8
    left.textContent = spare < 0 ? `${-spare} letters too many` : `${spare} letters left`
  })
}
