/** An operation that cannot be done with what it was given: torch's `RuntimeError`. */
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

/** Linear memory cannot hold what was asked for. Nothing that existed before is changed. */
export class OutOfMemoryError extends RangeError {
  override name = 'OutOfMemoryError'
}

/** Marks classes of this copy of the package: this file is the one that all its bundles share. @internal */
export const COPY = {}
