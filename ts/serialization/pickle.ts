/**
 * Pickles, protocols 2 to 5, restricted to containers, numbers, strings, bytes and the objects of the caller's
 * vocabulary.
 */
import { instructions, STOP } from './pickle_instructions.js'
import { PickleMachine, unknownInstruction, type Vocabulary } from './pickle_machine.js'
import type { ByteReader } from './source.js'
import type { Unreadable } from './unreadable.js'

/** The value of a pickle, and the first name that it used outside of the vocabulary. */
export interface Unpickled {
  /**
   * Numbers, bigints beyond 2^53, strings, booleans, null, bytes, arrays for lists and tuples, PickledDict,
   * PickledSet, and objects of the vocabulary.
   */
  readonly value: unknown
  readonly foreign: Unreadable | null
}

/** The value of a pickle; afterwards `reader` is at its end. */
export function unpickle(reader: ByteReader, vocabulary: Vocabulary): Unpickled {
  const machine = new PickleMachine(reader, vocabulary)
  for (;;) {
    const opcode = reader.uint8()
    if (opcode === STOP) return { value: machine.result(), foreign: machine.foreign }
    const instruction = instructions[opcode]
    if (instruction === undefined) throw unknownInstruction(opcode, reader)
    instruction(machine, reader)
  }
}
