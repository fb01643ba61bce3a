/**
 * Limits on what a file may demand beyond its own bytes: more than any model needs, but so low that a
 * hostile file costs only seconds and megabytes.
 */

/** Tensors in a file; also entries of a header's metadata. */
export const MAX_TENSORS = 2 ** 17

/** Bytes of a safetensors header, as in its reference. */
export const MAX_HEADER_BYTES = 100_000_000

/** Nesting depth of a header, as in its reference. */
export const MAX_HEADER_DEPTH = 127

/** Entries of a zip archive. */
export const MAX_ZIP_ENTRIES = 2 * MAX_TENSORS

/** Bytes of a pickle, which holds names and shapes but no elements. */
export const MAX_PICKLE_BYTES = 32 * 2 ** 20

/** Containers that a pickle builds, and values on its stack: a tensor takes six containers and a few values. */
export const MAX_PICKLE_OBJECTS = 8 * MAX_TENSORS

/** Values in a pickle's memo. */
export const MAX_PICKLE_MEMO = 2 * MAX_PICKLE_OBJECTS

/** Nesting depth of containers. */
export const MAX_DEPTH = 100

/** Characters of a storage's name, which are digits. */
export const MAX_KEY = 200

/** Dimensions of a tensor in a file, as in torch. A tensor with more than MAX_RANK is refused when it is read. */
export const MAX_FILE_RANK = 64

/**
 * Numbers in Maps and Sets other than small integers. An attacker can choose them to collide in an engine's hash
 * table, where each then costs a walk over all earlier ones.
 */
export const MAX_HASHED_NUMBERS = 2 ** 14

/** Integers up to this are too few to collide. */
export const HASHED_FREELY = 2 ** 20

/**
 * Bytes that an archive's tensors may take, for a file of `length` bytes: int8 grows fourfold as int32, and doubles
 * when a transposed view of it is copied; the rest is for tensors expanded from one element.
 */
export const archiveAllowance = (length: number) => 8 * length + 64 * 2 ** 20
