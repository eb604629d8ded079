// Signed-in pages: htmx and the small conveniences. Every page works without this file.
import 'htmx.org'
import { dressForms } from './shell/forms.js'
import { guardPage } from './shell/guard.js'

dressForms(document)
guardPage()
document.addEventListener('htmx:after:swap', () => dressForms(document))
