// Added to the front page, before its own scripts: notes in `times` when it was painted first, when its tagger has taken the first step,
// and when the loss that one sees has fallen to half; in milliseconds since the navigation.
globalThis.times = {}

new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries())
    if (name === 'first-contentful-paint') globalThis.times.paint = startTime
}).observe({ type: 'paint', buffered: true })

new MutationObserver(() => {
  const { times } = globalThis
  const number = (selector) => Number(document.querySelector(selector)?.textContent.replace(',', ''))
  if (number('#first') > 0) times.step ??= performance.now()
  const loss = number('.curves-legend b')
  if (loss > 0 && loss < Math.LN2 / 2) times.half ??= performance.now()
}).observe(document, { subtree: true, childList: true, characterData: true })
