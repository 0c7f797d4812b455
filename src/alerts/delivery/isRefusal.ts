const REFUSALS: readonly number[] = [400, 413, 422];

/** Whether a status speaks of the alerts that were sent; any other is of the whole, and may be another one next time. */
export const isRefusal = (status: number): boolean => REFUSALS.includes(status);
