/** The numbers behind each name in a table that an example prints, one line for each name. */
export const scoresIn = (printed: string, names: readonly string[]): number[][] =>
  names.map((name) => {
    const line = printed.split('\n').find((line) => line.startsWith(`${name} `))
    if (line === undefined) throw new Error(`there is no line of ${name} in\n${printed}`)
    return [...line.slice(name.length).matchAll(/ (\d\.\d{3})\b/g)].map(([, score]) => Number(score))
  })
