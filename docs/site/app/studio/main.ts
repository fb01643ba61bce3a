/** The studio mounts itself in `#app` of studio.html. */
import '../shell/shell.ts'
import './studio.css'
import { mount } from './mount.tsx'

const place = document.getElementById('app')
if (place !== null) mount(place)
