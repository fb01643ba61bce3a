/** The studio mounts itself in `#app` of studio.html. */
import '../shell/shell.ts'
