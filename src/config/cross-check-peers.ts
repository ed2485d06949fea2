// Rules between the link to other gateways and the rest of the config.
import { eachRepeated, type Notes, type PartialTree } from './partial-tree.ts';

export function checkPeers(tree: PartialTree, { problem, warning }: Notes): void {
  const { peers, listeners, backends = [] } = tree;
  if (peers === undefined) return;
  const { listen, gateways = [] } = peers;
  const taken = [...(listeners?.s3 ?? []), listeners?.admin, listeners?.health].some(
    (one) => one?.port !== undefined && one.port === listen?.port && one.host === listen.host,
  );
  if (taken) {
    const found = `${listen?.host}:${listen?.port} again`;
    problem(['peers', 'listen'], `expected an address of its own, found ${found}`);
  }
  const named = gateways.map((gateway, index) => ({
    path: ['peers', 'gateways', index],
    name: gateway && JSON.stringify([gateway.host, gateway.port]),
  }));
  eachRepeated(named, ({ path }) => problem(path, 'expected each gateway once, found one again'));
  if (backends.length > 0 && backends.every((backend) => backend?.kind === 'embedded')) {
    warning(['peers'], 'has no use: an embedded store belongs to one gateway');
  }
}
