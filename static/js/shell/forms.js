// What forms gain from scripts, in any part of a page. Safe to call twice on the same part.
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { tapCounts } from './counts.js'
import { addSteps, addDays, addNow, addSuggestions, countLeft } from './controls.js'
import { offerPosition } from './position.js'
import { revealWhenAsked } from './reveal.js'
import { addRows } from './rows.js'
import { sendOnce } from './once.js'

const DRESSES = [
  ['[data-module="govuk-error-summary"]', (summary) => new ErrorSummary(summary)],
  ['[data-counts]', tapCounts],
  ['[data-steps]', addSteps],
  ['[data-days]', addDays],
  ['[data-now]', addNow],
  ['[data-suggest]', addSuggestions],
  ['[data-limit]', countLeft],
  ['[data-position]', offerPosition],
  ['[data-rows]', (rows) => addRows(rows, dressForms)],
  ['form:has([data-shown-if])', revealWhenAsked],
  ['form[method="post"]', sendOnce],
]

const dressed = new WeakMap()

export function dressForms(part) {
  document.body.classList.add('govuk-frontend-supported')
  for (const [selector, dress] of DRESSES) {
    for (const element of part.querySelectorAll(selector)) {
      const done = dressed.get(element) ?? new Set()
      if (done.has(dress)) continue
      dressed.set(element, done.add(dress))
      dress(element)
    }
  }
}
