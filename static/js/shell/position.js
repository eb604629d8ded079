// Fills in where the phone is, to about 100 metres and never finer, when its holder asks for it.
import { changed, make } from './elements.js'

const WAIT = { timeout: 8000, maximumAge: 60000 }

export function offerPosition(place) {
  const input = place.querySelector('input[name="position"]')
  if (!input || !navigator.geolocation) return
  const button = make('button', { type: 'button', className: 'button quiet', textContent: 'Use where this phone is' })
  const said = make('p', { className: 'govuk-hint', role: 'status' })
  button.addEventListener('click', () => {
    said.textContent = 'Looking…'
    navigator.geolocation.getCurrentPosition(fill, () => { said.textContent = 'This phone does not say. You can type it, or leave it.' }, WAIT)
  })
  input.after(make('div', { className: 'quick' }, button), said)

  function fill({ coords }) {
    input.value = `${coords.latitude.toFixed(3)}, ${coords.longitude.toFixed(3)}`
    said.textContent = ''
    changed(input)
  }
}
