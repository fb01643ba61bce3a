/** The playground mounts itself in `#app` of playground.html. */
import '../shell/shell.ts'
