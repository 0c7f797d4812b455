import type { Builder } from '@grafana/grafana-foundation-sdk/cog';

/** The SDK puts links and annotations into a menu, where Grafana from 12.3 on has one: ours stand at the top of the dashboard. */
export const inView = <Built extends { readonly placement?: unknown }>(builder: Builder<Built>): Builder<Built> => ({
  build: () => {
    const { placement: _, ...built } = builder.build();
    return built as Built;
  },
});
