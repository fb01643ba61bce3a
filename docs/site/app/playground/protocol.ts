/** What the page says to its two workers, and they to it: the one that knows the language, and the one that runs a program. */

/** A place in a program: lines and columns from 1. */
export interface Place {
  line: number
  column: number
}

export interface Problem extends Place {
  /** Where it is in the text, in UTF-16 units. */
  from: number
  to: number
  message: string
}

export interface Completion {
  label: string
  kind: string
  order: string
}

export interface Description {
  from: number
  to: number
  signature: string
  documentation: string
}

/** What the language's worker answers: the arguments of each question, and its answer. */
export interface Questions {
  complete: { ask: { text: string; at: number }; answer: Completion[] }
  /** A name among the completions at a place. */
  detail: { ask: { text: string; at: number; name: string }; answer: Omit<Description, 'from' | 'to'> | null }
  hover: { ask: { text: string; at: number }; answer: Description | null }
  check: { ask: { text: string }; answer: Problem[] }
  /** The program as JavaScript, line for line, with addresses for the names of modules; or why not. */
  compile: {
    ask: { text: string; modules: Record<string, string> }
    answer: { code: string } | { problems: Problem[] }
  }
}

export type Question = keyof Questions

/** The first message: where the declarations are. */
export interface Opened {
  types: string
}

export interface Asked {
  id: number
  question: Question
  ask: Questions[Question]['ask']
}

export type Answered = { id: number; answer: unknown } | { id: number; fault: string }

export type Level = 'log' | 'info' | 'debug' | 'warn' | 'error'

/** What a program has printed. */
export interface Printed {
  level: Level
  text: string
}

export interface Failure {
  message: string
  place?: Place
}

/** What the program's worker is told: the URL of the program, and the one worker that it may start. */
export interface Begin {
  program: string
  thread: string
}

/** What the program's worker says. */
export type FromProgram =
  | { kind: 'ready' }
  | { kind: 'printed'; lines: Printed[]; dropped: number }
  | { kind: 'cleared' }
  | { kind: 'failed'; failure: Failure }
  /** Nothing is left to do, not even a timer. */
  | { kind: 'ended'; milliseconds: number }
