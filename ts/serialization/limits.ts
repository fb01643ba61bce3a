/**
 * What a file may ask for beyond its own bytes: more than any model needs, and little enough that a
 * hostile file costs seconds and megabytes.
 */

/** Tensors in a file; entries of a header's metadata too. */
export const MAX_TENSORS = 2 ** 17

/** Bytes of a safetensors header, as in its reference. */
export const MAX_HEADER_BYTES = 100_000_000

/** Entries of a zip archive. */
export const MAX_ZIP_ENTRIES = 2 * MAX_TENSORS

/** Bytes of a pickle, which holds names and shapes but no elements. */
export const MAX_PICKLE_BYTES = 32 * 2 ** 20

/** Containers that a pickle builds, and values on its stack: a tensor takes six and a few. */
export const MAX_PICKLE_OBJECTS = 8 * MAX_TENSORS

/** Values that a pickle remembers. */
export const MAX_PICKLE_MEMO = 2 * MAX_PICKLE_OBJECTS

/** Containers inside each other. */
export const MAX_DEPTH = 100

/**
 * Bytes that an archive's tensors may take, for a file of `length`: int8 grows fourfold as int32, and
 * again when a transposed view of it is copied; what was expanded from one element has the rest.
 */
export const archiveAllowance = (length: number) => 8 * length + 64 * 2 ** 20
