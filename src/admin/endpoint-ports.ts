// What the admin listener may ask and order about the endpoints of the stores.
import type { DrainOrderBody, EndpointAnswer, UndrainOrderBody } from './endpoint-schemas.ts';

/** What is asked cannot be done; the message is a sentence for whoever asked. */
export class EndpointRefusal extends Error {
  override readonly name = 'EndpointRefusal';
  readonly status: 404 | 409;

  constructor(status: 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

export interface EndpointPorts {
  /** All endpoints as all processes see them; those of workers that do not tell in time are missing. */
  list(): Promise<Omit<EndpointAnswer, 'version'>>;
  /** Rejects with EndpointRefusal. */
  drain(order: DrainOrderBody): Promise<boolean>;
  undrain(order: UndrainOrderBody): Promise<boolean>;
}
