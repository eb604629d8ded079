// What happens to the outbox, told to every open page of this phone and to the one that did it.
const listeners = new Set()
const channel = new BroadcastChannel('outbox')

channel.onmessage = ({ data }) => hear(data)

export function tell(news) {
  channel.postMessage(news)
  hear(news)
}

// Gives back the way to stop listening.
export function listen(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function hear(news) {
  for (const listener of [...listeners]) listener(news)
}
