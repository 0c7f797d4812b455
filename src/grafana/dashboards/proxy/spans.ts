import { chosen } from '../../chosen.js';
import type { PanelSpec, RowSpec } from '../../DashboardSpec.js';

const spans = (name: string, more = ''): string =>
  `{ name = "${name}" && span.frp.server.name =~${chosen('server')} && span.frp.proxy.name =~${chosen('proxy')}${more} }`;

const EMPTY =
  'No such span in the time shown. If there should be: are traces on, and does the Collector send them to this Tempo?';

/** Of both roles: frps tells of connections, frpc of starts. */
export const spansInTempo = (): RowSpec => {
  const panel = { type: 'traces', width: 12, height: 8, empty: EMPTY } as const;
  return {
    title: 'Spans in Tempo',
    collapsed: true,
    panels: [
      {
        ...panel,
        title: 'Connections as spans',
        about:
          'Single connections of users with the bytes that they carried; at most 50 a second have a span. A click opens the trace.',
        query: {
          of: 'tempo',
          query: `${spans('frp.connection')} | select(span.frp.proxy.name, span.frp.connection.io.in, span.frp.connection.io.out, span.error.type)`,
        },
      },
      {
        ...panel,
        title: 'Starts as spans',
        about:
          'Each start of a tunnel, from frpc to the answer of frps, as a part of the login. One that failed has the words of frps in its trace.',
        query: {
          of: 'tempo',
          query: `${spans('frp.proxy.start')} | select(span.frp.proxy.name, span.frp.instance, span.error.type, span.frp.error.phase)`,
        },
      },
      {
        ...panel,
        width: 24,
        title: 'Spans that failed',
        about:
          'Connections and starts that ended with an error, with its `error.type`. A click opens the trace with the words of the error.',
        query: {
          of: 'tempo',
          query: `${spans('frp.connection', ' && status = error')} || ${spans('frp.proxy.start', ' && status = error')} | select(span.frp.proxy.name, span.frp.instance, span.error.type)`,
        },
      },
    ],
  };
};

/** Jaeger searches for one value of a tag, in logfmt: of several tunnels it finds none. */
const OF_ONE = 'frp.proxy.name=${proxy:doublequote}';
const CHOOSE_ONE =
  'Jaeger finds the spans of one tunnel only: choose exactly one. It has none where the Collector sends traces to Tempo.';

export const spansInJaeger = (): RowSpec => {
  const search = (title: string, about: string, operation: string): PanelSpec => ({
    type: 'traces',
    title,
    about,
    width: 12,
    height: 8,
    empty: CHOOSE_ONE,
    query: { of: 'jaeger', operation, tags: OF_ONE },
  });
  return {
    title: 'Spans in Jaeger, in place of Tempo',
    collapsed: true,
    panels: [
      search(
        'Connections in Jaeger',
        'Traces with single connections of the chosen tunnel. Those that lasted too short or too long are the ones to open.',
        'frp.connection',
      ),
      search(
        'Starts in Jaeger',
        'Traces with starts of the chosen tunnel, each with the login that it is a part of. Open one with an error for the words of frps.',
        'frp.proxy.start',
      ),
    ],
  };
};
