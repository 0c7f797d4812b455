/** A request that had no answer; the message holds no secret. */
export class DeliveryFault extends Error {
  override readonly name = 'DeliveryFault';
}
