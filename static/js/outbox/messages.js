// What the worker is told after Save: always where the words are now.
import { make } from '../shell/elements.js'

const WORDS = {
  sending: ['Saved on this phone. Sending.', 'good'],
  waits: ['Saved on this phone. It will be sent when you have signal.', 'good'],
  sign_in: ['Saved on this phone. Sign in to send it.', 'warn', 'Sign in', '/sign-in'],
  sent: ['Sent.', 'good', 'Open it'],
  needs_attention: ['Sent. Some answers need another look.', 'warn', 'Look again'],
  conflict: ['Sent. It came twice with other words.', 'warn', 'Look again'],
  parked: ['Sent. Its author is asked to confirm it.', 'warn', 'Look at it'],
  quarantined: ['Sent. Your lead will look at it.', 'warn', 'Look at it'],
  other_author: ['Saved on this phone for the person who wrote it. They sign in to send it.', 'warn'],
  unreadable: ['The hub could not open it. It stays on this phone: show your lead.', 'stop'],
  full: ['This phone is full, so this is not saved. Your words are still here: make room, then save again.', 'stop'],
  plain: ['This phone cannot keep it. Your words are still here: save again to send them to the hub.', 'stop'],
  failed: ['Not saved. Your words are still here: try again.', 'stop'],
}

// A live region must be there before it speaks.
export function readyToSay() {
  if (!document.getElementById('messages')) {
    document.getElementById('main')?.prepend(make('div', { id: 'messages', role: 'status' }))
  }
}

export function say(state, path = '', more = '') {
  const [words, tone, act, fallback = ''] = WORDS[state] ?? WORDS.waits
  const told = make('p', { className: `say ${more ? 'warn' : tone}`, textContent: [words, more].filter(Boolean).join(' ') })
  const href = path || fallback
  if (act && href) told.append(' ', make('a', { href, textContent: act }))
  const messages = document.getElementById('messages')
  messages?.replaceChildren(told)
  messages?.scrollIntoView({ block: 'center' })
}
