// The count grid: a tap adds one, Undo last takes it back, and Save carries the total. The taps live in memory only.
import { changed, make } from './elements.js'

export function tapCounts(grid) {
  const cells = [...grid.querySelectorAll('input')].map((input) => cell(input))
  const taps = []
  const said = make('p', { className: 'hide', role: 'status' })
  const undo = make('button', { type: 'button', className: 'button quiet', textContent: 'Undo last', hidden: true })
  const swap = make('button', { type: 'button', className: 'link', textContent: 'Type numbers instead' })
  const save = grid.closest('form')?.querySelector('.tray .button:not(.quiet)')

  for (const each of cells) {
    each.button.addEventListener('click', () => {
      taps.push(each)
      add(each, 1)
    })
  }
  undo.addEventListener('click', () => {
    const last = taps.pop()
    if (!last) return
    add(last, -1)
    if (!taps.length) last.button.focus()
  })
  swap.addEventListener('click', () => show(grid.classList.contains('tapping') ? 'typing' : 'tapping'))
  grid.addEventListener('input', refresh)
  grid.closest('form')?.addEventListener('reset', () => { taps.length = 0 })

  function add(each, by) {
    each.input.value = Math.max(0, number(each.input) + by) || ''
    said.textContent = each.words()
    changed(each.input)
  }

  function refresh() {
    cells.forEach((each) => each.draw())
    const last = taps.at(-1)
    undo.hidden = !last
    undo.ariaLabel = last ? `Undo last: ${last.input.ariaLabel}` : null
    if (save) total()
  }

  function total() {
    const sum = cells.reduce((all, each) => all + number(each.input), 0)
    save.dataset.word ??= save.textContent.trim()
    save.textContent = sum ? `${save.dataset.word} · ${sum}` : save.dataset.word
  }

  function show(way) {
    grid.classList.toggle('tapping', way === 'tapping')
    grid.classList.toggle('typing', way === 'typing')
    swap.textContent = way === 'tapping' ? 'Type numbers instead' : 'Tap to count instead'
  }

  grid.append(swap, said)
  if (save) save.before(undo)
  else grid.append(undo)
  show(cells.some((each) => each.input.value && !/^\d+$/.test(each.input.value)) ? 'typing' : 'tapping')
  refresh()
}

const number = (input) => Number.parseInt(input.value, 10) || 0

function cell(input) {
  const button = make('button', { type: 'button', className: 'tally' })
  const words = () => `${input.ariaLabel}: ${number(input)}`
  input.after(button)
  return { input, button, words, draw }

  function draw() {
    button.textContent = number(input)
    button.classList.toggle('some', number(input) > 0)
    button.ariaLabel = `${words()}. Add one`
  }
}
