// Add another: copies the last row, empty, under the next number. One row is always there to copy.
import { make } from './elements.js'

export function addRows(rows, dress) {
  const name = rows.dataset.rows
  const more = make('button', { type: 'button', className: 'button quiet', textContent: 'Add another' })
  rows.after(more)
  more.addEventListener('click', () => {
    const row = blank(rows.lastElementChild)
    rows.append(row)
    dress(row)
    row.querySelector('input, select, textarea').focus()
    more.hidden = rows.children.length >= Number(rows.dataset.most)
  })

  function blank(last) {
    const row = last.cloneNode(true)
    const [, number] = last.querySelector('[name]').name.slice(name.length).split('.')
    for (const made of row.querySelectorAll('.quick, .steps button, .left, .govuk-error-message')) made.remove()
    for (const part of row.querySelectorAll('[id], [name], [for], [aria-describedby], [data-shown-if], [list]')) renumber(part, number)
    for (const control of row.querySelectorAll('input, select, textarea')) empty(control)
    row.removeAttribute('id')
    row.ariaLabel = last.ariaLabel.replace(/\d+$/, (count) => Number(count) + 1)
    return row
  }

  function renumber(part, number) {
    for (const attribute of ['id', 'name', 'for', 'aria-describedby', 'data-shown-if', 'list', 'data-suggest']) {
      const value = part.getAttribute(attribute)
      if (value) part.setAttribute(attribute, value.replaceAll(`${name}.${number}.`, `${name}.${Number(number) + 1}.`))
    }
  }
}

function empty(control) {
  if (control.type === 'checkbox' || control.type === 'radio') control.checked = false
  else control.value = ''
  control.removeAttribute('aria-invalid')
}
