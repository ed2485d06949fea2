// Light, dark or as the system has it: chosen here, kept in the browser, and told to what draws by itself.
import { part } from './elements.js';

/** @param {() => void} onChange called where colours are others than before */
export function watchTheme(onChange) {
  const choice = part('theme');
  if (!(choice instanceof HTMLSelectElement)) return;
  const root = document.documentElement;
  choice.value = root.dataset['theme'] ?? 'system';
  choice.addEventListener('change', () => {
    if (choice.value === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = choice.value;
    keep(choice.value);
    onChange();
  });
  for (const query of ['(prefers-color-scheme: dark)', 'print']) {
    matchMedia(query).addEventListener('change', onChange);
  }
}

/** @param {string} theme */
function keep(theme) {
  try {
    localStorage.setItem('theme', theme);
  } catch {
    // Without storage it holds for as long as the page is open.
  }
}
