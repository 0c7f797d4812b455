import type { Attributes } from '@opentelemetry/api';
import { isAttributeValue } from '@opentelemetry/core';
import type { IAttributesProcessor } from '@opentelemetry/sdk-metrics';

/** Equal attributes have equal keys, in whatever order they stand. */
export const keyOfAttributes = (attributes: Attributes): string =>
  JSON.stringify(
    Object.keys(attributes)
      .sort()
      .map((name) => [name, attributes[name]]),
  );

/**
 * What is left of attributes by a view's processors, in their order. They are code of the user: what is no attribute value
 * is left out, and where one of them throws, the attributes stay as they were.
 *
 * @param onFault is told what a processor threw
 */
export const processed = (
  attributes: Attributes,
  processors: readonly IAttributesProcessor[],
  onFault: (error: unknown) => void,
): Attributes => {
  try {
    let kept: Attributes = attributes;
    for (const processor of processors) kept = processor.process(kept);
    return Object.fromEntries(Object.entries(kept).filter(([, value]) => isAttributeValue(value)));
  } catch (error) {
    onFault(error);
    return attributes;
  }
};
