// A page brought back from memory is fetched again, so that Back never shows what a lock or sign-out put away.
export function guardPage() {
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  const signal = document.getElementById('signal')
  if (!signal) return
  const show = () => { signal.hidden = navigator.onLine }
  addEventListener('online', show)
  addEventListener('offline', show)
  show()
  document.addEventListener('htmx:error', () => { signal.hidden = false })
}
