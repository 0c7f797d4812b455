import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';

/**
 * Who reports: this package on this host. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win.
 *
 * @param instanceId `service.instance.id`, where it was kept over a restart
 */
export const ownResource = (instanceId: string = randomUUID()): Resource =>
  defaultResource()
    .merge(
      resourceFromAttributes({
        [ATTR_SERVICE_NAME]: 'frp',
        [ATTR_SERVICE_INSTANCE_ID]: instanceId,
        'host.name': hostname(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
