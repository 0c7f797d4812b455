import type { FrpTraffic } from './FrpApi.js';

/** A proxy's bytes of this day and of the one before, as frps's clock has its days, taken at one moment. */
export interface ProxyHistory {
  readonly today: FrpTraffic;
  readonly yesterday: FrpTraffic;
}
