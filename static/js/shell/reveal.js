// Hides a question until another answer asks for it. Its words stay on the page, but are not sent while hidden.
export function revealWhenAsked(form) {
  function refresh() {
    const answers = new FormData(form)
    for (const part of form.querySelectorAll('[data-shown-if]')) {
      const when = JSON.parse(part.dataset.shownWhen)
      const asked = answers.getAll(part.dataset.shownIf)
      const shown = asked.some((answer) => (when.length ? when.includes(answer) : answer))
      part.hidden = !shown
      for (const control of part.querySelectorAll('input, select, textarea')) control.disabled = !shown
    }
  }

  form.addEventListener('change', refresh)
  refresh()
}
