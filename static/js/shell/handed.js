// Whether a young person holds the phone, where the worker behind the pages can read it too.
const MARK = 'handed'

export const isHanded = () => self.caches?.has(MARK) ?? Promise.resolve(false)
export const unmarkHanded = () => self.caches?.delete(MARK)

export function markHanded() {
  new BroadcastChannel(MARK).postMessage('')
  return self.caches?.open(MARK)
}

// Every other page that is open on this phone goes where the one in the young person's hands is.
export function followHanded() {
  new BroadcastChannel(MARK).onmessage = () => {
    document.body.hidden = true
    location.replace('/hand-over')
  }
}
