// What the worker is told after Save: always where the words are now.
import { make } from '../shell/elements.js'

const HERE = 'Your words are still here: '
const WORDS = {
  sending: ['Saved on this phone. Sending.'],
  waits: ['Saved on this phone. It will be sent when you have signal.'],
  sign_in: ['Saved on this phone. Sign in to send it.', 'warn', 'Sign in', '/sign-in'],
  sent: ['Sent.', 'good', 'Open it'],
  look: ['Sent. It needs another look.', 'warn', 'Look again'],
  other_author: ['Saved on this phone. Its author must sign in to send it.', 'warn'],
  unreadable: ['The hub could not open it. It stays on this phone: show your lead.', 'stop'],
  full: [`This phone is full: this is not saved. ${HERE}make room, then save again.`, 'stop'],
  plain: [`This phone cannot keep it. ${HERE}save again to send them to the hub.`, 'stop'],
  failed: [`Not saved. ${HERE}try again.`, 'stop'],
}

// A live region must be there before it speaks.
export function readyToSay() {
  if (!document.getElementById('messages')) {
    document.getElementById('main')?.prepend(make('div', { id: 'messages', role: 'status' }))
  }
}

export function say(state, path = '', more = '') {
  const [words, tone = 'good', act, fallback = ''] = WORDS[state] ?? WORDS[path ? 'look' : 'waits']
  const told = make('p', { className: `say ${more ? 'warn' : tone}`, textContent: `${words} ${more}`.trim() })
  const href = path || fallback
  if (act && href) told.append(' ', make('a', { href, textContent: act }))
  const messages = document.getElementById('messages')
  messages?.replaceChildren(told)
  messages?.scrollIntoView({ block: 'center' })
}
