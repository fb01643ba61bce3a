/**
 * What a file may ask for beyond its own bytes: more than any model needs, and little enough that a
 * hostile file costs seconds and megabytes.
 */

/** Tensors in a file; entries of a header's metadata too. */
export const MAX_TENSORS = 2 ** 17

/** Bytes of a safetensors header, as in its reference. */
export const MAX_HEADER_BYTES = 100_000_000

/** Arrays and objects of a header inside each other, as in its reference. */
export const MAX_HEADER_DEPTH = 127

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

/** Characters of a storage's name, which are digits. */
export const MAX_KEY = 200

/** Dimensions of a tensor in a file, as in torch; one that has more than tensors here is refused when it is read. */
export const MAX_FILE_RANK = 64

/**
 * Numbers in Maps and Sets that are not whole ones near 0: which of them fall together in an engine's hash table
 * anyone can know, and then each costs a walk over all before it.
 */
export const MAX_HASHED_NUMBERS = 2 ** 14

/** Whole numbers up to this are too few to fall together. */
export const HASHED_FREELY = 2 ** 20

/**
 * Bytes that an archive's tensors may take, for a file of `length`: int8 grows fourfold as int32, and
 * again when a transposed view of it is copied; what was expanded from one element has the rest.
 */
export const archiveAllowance = (length: number) => 8 * length + 64 * 2 ** 20
