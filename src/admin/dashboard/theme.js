// Light or dark as it was chosen, before anything is drawn; a script of its own and no module, so that the page waits for it.
(() => {
  try {
    const theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
  } catch {
    // Without storage the system's choice stands.
  }
})();
