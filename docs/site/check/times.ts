/** When the front page showed something, and when one could see that it learns: milliseconds since the navigation. */
export interface Times {
  paint: number
  step: number
  half: number
}

export const TIMES = 'docs/site/check/times-witness.js'

/** They are printed, not asserted: the machine may be doing other things. */
export function printTimes(browser: string, times: Times): void {
  const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`
  console.log(
    `front page in ${browser}: first paint ${seconds(times.paint)}, first step ${seconds(times.step)}, loss halved ${seconds(times.half)}`,
  )
}
