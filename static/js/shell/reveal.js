// Hides a question until another answer asks for it. Its words stay on the page, but are not sent while hidden.
export function revealWhenAsked(form) {
  const asked = [...form.querySelectorAll('[data-shown-if]')].map((part) => ({
    part,
    other: part.dataset.shownIf,
    when: JSON.parse(part.dataset.shownWhen),
  }))

  function refresh() {
    const answers = new FormData(form)
    for (const { part, other, when } of asked) {
      const shown = answers.getAll(other).some((answer) => when.includes(answer))
      part.hidden = !shown
      for (const control of part.querySelectorAll('input, select, textarea')) control.disabled = !shown
    }
  }

  form.addEventListener('change', refresh)
  refresh()
}
