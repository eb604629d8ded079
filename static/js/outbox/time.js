// `20:41`, with its day when that is not today.
export function when(at) {
  const moment = new Date(at)
  const today = moment.toDateString() === new Date().toDateString()
  const day = today ? {} : { weekday: 'short', day: 'numeric', month: 'short' }
  return moment.toLocaleString('en-GB', { hour: '2-digit', minute: '2-digit', ...day })
}
