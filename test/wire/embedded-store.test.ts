// The heart of the negative suite on a real embedded store of its own.
import { useEmbeddedStore } from '../support/embedded-store-fixture.ts';
import { BUCKETS, noWayRound } from './no-way-round.ts';

const at = useEmbeddedStore({ createBuckets: BUCKETS });

noWayRound(() => at.store.target);
