/** A body that is not what frp's API answers; the message names the field, never the body. */
export class FrpApiError extends Error {
  override readonly name = 'FrpApiError';
}
