// The line above every page: how many forms are still on this phone, since when, and what they wait for.
import { make } from '../shell/elements.js'
import { listen } from './news.js'
import { unsent } from './store.js'
import { when } from './time.js'

const LOOK = ['needs_attention', 'conflict', 'quarantined', 'parked']

export function showLine(hub) {
  const line = document.getElementById('outbox')
  const known = { sending: false, signIn: false, done: false, look: 0 }
  const links = { queue: ['See', `/h/${hub}/queue`], look: ['Look', '/outbox'], signIn: ['Sign in', '/sign-in'] }

  listen((news) => {
    if (news.sending) known.sending = true
    for (const { state } of news.receipts ?? []) known.look += LOOK.includes(state)
    if (news.drained) {
      known.sending = false
      known.signIn = news.drained.stop === 'sign_in'
      known.done ||= news.drained.asked && !news.drained.stop
    }
    draw()
  })
  draw()

  async function draw() {
    const { waiting, oldest } = await unsent().catch(() => ({ waiting: [], oldest: null }))
    if (waiting.length) known.done = false
    badge(waiting.length)
    const [words, link] = told(waiting, oldest, known)
    line.hidden = !words
    if (line.firstChild?.textContent === words) return
    line.replaceChildren(make('span', { textContent: words }))
    const [textContent, href] = links[link] ?? []
    if (href) line.append(make('a', { textContent, href }))
  }
}

function told(waiting, oldest, known) {
  const stuck = waiting.filter((item) => item.unreadable).length
  if (known.sending && waiting.length) return [`Sending ${waiting.length}`]
  if (known.signIn && waiting.length) return [`${waiting.length} saved on this phone. Sign in to send`, 'signIn']
  if (stuck) return [`${needs(stuck)} attention. ${waiting.length} on this phone`, 'queue']
  if (waiting.length) return [`${waiting.length} saved on this phone, oldest ${when(oldest)}`, 'queue']
  if (known.look) return [`Sent. ${needs(known.look)} another look`, 'look']
  return [known.done ? 'Everything is sent' : '']
}

const needs = (count) => `${count} ${count > 1 ? 'need' : 'needs'}`

function badge(count) {
  const set = count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.()
  set?.catch(() => {})
}
