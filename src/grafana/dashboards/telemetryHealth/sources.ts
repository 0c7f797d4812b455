import { byRole, columnsByRole } from '../../columnsByRole.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perInstance } from '../../promql.js';
import { COMPLETE } from '../../words.js';
import { NO_REPORTER, SEEN } from './reported.js';

/** Sources that can be told apart in one panel. */
const ROWS = 40;

export const sources = ({ metric, dialect }: DashboardContext): RowSpec => {
  const source = perInstance(`${metric('frp.telemetry.source.up')}{${SEEN}}`, 'frp_source');
  return {
    title: 'Sources',
    panels: [
      {
        type: 'states',
        title: 'Sources over time',
        about: `Each source of each frps and frpc, at most ${ROWS}, degraded ones before others. One that comes and goes is a file or an API that is not always to be read: \`frp-otel doctor\`.`,
        width: 12,
        height: 12,
        unit: 'short',
        rule: 'FrpTelemetrySourceDown',
        words: COMPLETE,
        empty: NO_REPORTER,
        queries: [{ of: 'prometheus', expr: `bottomk(${ROWS}, ${source})`, legend: '{{frp_instance}} {{frp_source}}' }],
      },
      {
        type: 'table',
        title: 'Degraded now',
        about:
          'Of whom a source gives less than it could. `frp-otel doctor` on the host of the reporter says what is missing and what to do: a right, a file, the address of an API.',
        width: 12,
        height: 12,
        empty: 'No source is degraded.',
        queries: [
          {
            of: 'prometheus',
            expr: byRole(
              `${perInstance(`${metric('frp.telemetry.source.up')}{${SEEN}}`, 'frp_source', 'job', 'instance')} == 0`,
            ),
          },
        ],
        columns: [
          ...columnsByRole(dialect),
          { field: 'frp_source', title: 'Source' },
          { field: 'instance', title: 'Reporter' },
          { field: 'Value #A', title: 'State', rule: 'FrpTelemetrySourceDown', words: COMPLETE },
        ],
      },
    ],
  };
};
