/** An operation cannot be done with its arguments: torch's `RuntimeError`. */
export class RuntimeError extends Error {
  override name = 'RuntimeError'
}

/** An index or a dimension out of range: Python's `IndexError`. */
export class IndexError extends RangeError {
  override name = 'IndexError'
}

/** An argument of the right type with a value that is not allowed: Python's `ValueError`. */
export class ValueError extends RangeError {
  override name = 'ValueError'
}

/** Linear memory cannot hold the requested bytes. Nothing that existed before is changed. */
export class OutOfMemoryError extends RangeError {
  override name = 'OutOfMemoryError'
}

/** Identifies this copy of the package: all its bundles share this file. @internal */
export const COPY = {}
