// One tap sends once. The buttons wake again if the page is shown again or the server is slow.
export function sendOnce(form) {
  let sent = false

  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return
    if (sent) return event.preventDefault()
    rest(true)
    setTimeout(rest, 15000, false)
  })
  addEventListener('pageshow', () => rest(false))

  function rest(now) {
    sent = now
    for (const button of form.querySelectorAll('button:not([type="button"])')) button.ariaDisabled = now ? 'true' : null
  }
}
