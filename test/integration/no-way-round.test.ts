// The heart of the negative suite on the real stores; all of it, on a store that records every byte, is in test/wire.
import { rawTargetOf } from '../support/raw-target.ts';
import { targetOf } from '../support/s3-clients.ts';
import { describeOnEachStore } from '../support/stores.ts';
import { noWayRound } from '../wire/no-way-round.ts';

describeOnEachStore('no way round the signature', (store) => {
  noWayRound(() => rawTargetOf(targetOf(store)));
});
