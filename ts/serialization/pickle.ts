/**
 * Pickles, protocols 2 to 5, of nothing but containers, numbers, texts, bytes and what the caller's
 * vocabulary makes.
 */
import { instructions, STOP } from './pickle_instructions.js'
import { PickleMachine, unknownInstruction, type Vocabulary } from './pickle_machine.js'
import type { ByteReader } from './source.js'
import type { Unreadable } from './unreadable.js'

/** What a pickle made, and the first name outside of the vocabulary that it used. */
export interface Unpickled {
  /**
   * Numbers, bigints beyond 2^53, strings, booleans, null, bytes, arrays for lists and tuples, PickledDict,
   * PickledSet, and what the vocabulary made.
   */
  readonly value: unknown
  readonly foreign: Unreadable | null
}

/** The one value that a pickle makes; `reader` is left behind it. */
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
