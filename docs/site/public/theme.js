// Before the first paint: the colours that the visitor chose here, if any. A script of its own, as nothing is inline.
try {
  const theme = localStorage.getItem('softmargin-theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is refused: the system's colours.
}
