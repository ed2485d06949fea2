// The page's own start: its parts, and what makes them go.
import { Dashboard, EVENTS } from './dashboard.js';
import { part, setText } from './elements.js';
import { LinkState } from './link-state.js';
import { LiveStream } from './live-stream.js';
import { SignIn } from './sign-in.js';
import { watchTheme } from './theme-choice.js';

const link = new LinkState();
const dashboard = new Dashboard();
const stream = new LiveStream({
  url: 'api/events',
  names: EVENTS,
  onState(state) {
    link.show(state);
    if (state.kind === 'lost') void signIn.check();
  },
  onEvent: (name, data) => dashboard.take(name, data),
});
const signIn = new SignIn({
  onKnown(isOperator) {
    dashboard.isOperator = isOperator;
  },
  onIn: () => stream.start(),
  onOut() {
    stream.stop();
    link.clear();
  },
});

part('retry').addEventListener('click', () => stream.retryNow());
part('reload').addEventListener('click', () => location.reload());
addEventListener('online', () => stream.retryNow());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') stream.retryNow();
});
watchTheme(() => dashboard.redraw());
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
setText(
  part('times'),
  `Times are those of ${timeZone}. Sizes are binary: 1 TiB is 1024⁴ bytes, what Veeam calls TB.`,
);
void signIn.begin();
