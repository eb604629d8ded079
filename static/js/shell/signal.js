// Says when there is no signal.
export function sayNoSignal() {
  const signal = document.getElementById('signal')
  if (!signal) return
  const show = () => { signal.hidden = navigator.onLine }
  addEventListener('online', show)
  addEventListener('offline', show)
  show()
  document.addEventListener('htmx:error', () => { signal.hidden = false })
}
