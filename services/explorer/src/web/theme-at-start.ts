// Runs before anything is painted, so that a chosen theme does not flash the other one first. It is a file of its own
// because the page allows no inline script.
try {
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden: then the system's theme is used.
}
