// Before the first paint: the colours that the visitor chose here, if any. A script of its own, as nothing is inline.
try {
  const theme = localStorage.getItem('softmargin-theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is refused: the system's colours.
}

// WebKitGTK in the locale C says that its language is `C`, for which Intl throws; uPlot asks for it as it is loaded.
try {
  Intl.getCanonicalLocales(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en' })
}
