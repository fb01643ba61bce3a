/** The playground mounts itself in `#app` of playground.html. */
import '../shell/shell.ts'
import './playground.css'
import { mount } from './mount.ts'

const place = document.getElementById('app')
if (place !== null) mount(place)
