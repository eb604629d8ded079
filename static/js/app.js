// Signed-in pages: htmx and the small conveniences. Every page works without this file.
import 'htmx.org'
import { warnOnLeaving } from './outbox/leaving.js'
import { startOutbox } from './outbox/start.js'
import { dressForms } from './shell/forms.js'
import { followHanded, unmarkHanded } from './shell/handed.js'
import { guardPage } from './shell/guard.js'
import { lockWhenQuiet } from './shell/lock.js'

unmarkHanded()
followHanded()
lockWhenQuiet()
dressForms(document)
guardPage()
startOutbox()
warnOnLeaving()
document.addEventListener('htmx:after:swap', () => dressForms(document))
