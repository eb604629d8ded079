// The queue page: what is on this phone by form, time and state, and how safe it is here.
import { make } from './shell/elements.js'
import { when } from './outbox/time.js'
import { listen, tell } from './outbox/news.js'
import { held } from './outbox/store.js'

const list = document.getElementById('queue')
if (list) showQueue()

function showQueue() {
  const names = JSON.parse(list.dataset.names)
  const button = document.getElementById('send-now')
  button.hidden = false
  button.addEventListener('click', () => tell({ please: { again: true, ask: true } }))
  listen((news) => draw(news))
  draw({})
  showRoom()
  document.getElementById('install').hidden = !onAppleTab()

  async function draw({ sending, drained }) {
    const items = (await held()).sort((one, other) => one.at - other.at)
    const rows = items.map((item) => row(item, names, sending))
    if (!rows.length) rows.push(make('p', { className: 'pad', textContent: nothing(drained) }))
    list.replaceChildren(make('section', { className: 'card' }, ...rows))
  }
}

const nothing = (drained) => (drained?.asked && !drained.stop ? 'Everything is sent.' : 'Nothing is waiting on this phone.')

function row(item, names, sending) {
  const name = item.form === 'photo' ? 'Photo' : names[item.form] ?? 'A form'
  const title = make('b', { textContent: name })
  const time = make('span', { className: 'due', textContent: when(item.at) })
  return make('div', { className: 'row' }, title, time, make('span', { className: 'soft', textContent: state(item, sending) }))
}

function state(item, sending) {
  if (item.unreadable) return `Needs attention: show your lead. Support code ${item.id.slice(-8)}`
  if (item.draft) return 'Not finished. Sent to be given back to you'
  return sending ? 'Sending' : 'Saved on this phone'
}

async function showRoom() {
  const room = document.getElementById('storage')
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {}
  const safe = await navigator.storage?.persisted?.()
  const used = quota ? `${size(usage)} used of ${size(quota)}. ` : ''
  room.textContent = used + (safe ? 'This phone has promised to keep it.' : 'This phone may clear it when it runs out of room: send soon.')
}

const size = (bytes) => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`)

function onAppleTab() {
  const apple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1)
  return apple && !matchMedia('(display-mode: standalone)').matches
}
