/** A request that had no answer; the message holds no secret. */
export class DeliveryFault extends Error {
  override readonly name = 'DeliveryFault';
}

/** What is said of a request that went wrong, whatever went wrong with it. */
export const faultOf = (error: unknown): string =>
  error instanceof DeliveryFault ? error.message : `a fault of ours (${(error as Error).name})`;
