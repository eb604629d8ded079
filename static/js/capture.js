// Pages that a phone keeps: blank forms, the queue, no signal, help. No htmx: there may be nobody to ask.
import { startOutbox } from './outbox/start.js'
import { dressForms } from './shell/forms.js'
import { sayNoSignal } from './shell/signal.js'

dressForms(document)
sayNoSignal()
startOutbox()
