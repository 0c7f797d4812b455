import * as z from 'zod';
import { FrpApiError } from './FrpApiError.js';

/** frp counts in 64 bits; what is no exact number here is no count. */
export const bytes = z.int().min(0);

/** A gauge, which frps can report negative (frp #2574): then it is 0. */
export const gauge = z.int().transform((value) => Math.max(0, value));

export const proxyType = z.string().max(16);

/** Go leaves out what is empty. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** What is kept of a proxy's config, which has metadata and a group's key besides. */
export const placement = {
  remotePort: z.int().min(1).max(65_535).optional().catch(undefined),
  loadBalancer: z.object({ group: z.string() }).nullish().catch(undefined),
};

/** What of a list could be read. One item that cannot does not spoil the others: it is left out and counted. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly malformed: number;
}

/** @throws FrpApiError when the body is another one */
export const readAnswer = <Answer>(schema: z.ZodType<Answer>, body: unknown): Answer => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new FrpApiError(`unexpected answer at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unknown'}`);
};

/** Go writes an empty list also as `null`. */
export const list = z.array(z.unknown()).nullish();

export const readList = <Item>(schema: z.ZodType<Item>, found: readonly unknown[] | null | undefined): Listed<Item> => {
  const items: Item[] = [];
  for (const item of found ?? []) {
    const result = schema.safeParse(item);
    if (result.success) items.push(result.data);
  }
  return { items, malformed: (found?.length ?? 0) - items.length };
};
