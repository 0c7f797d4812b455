import type { PanelSpec } from './DashboardSpec.js';

/** What the builders of all panels have; each is a class of its own. */
export interface AnyPanelBuilder {
  id(id: number): this;
  title(title: string): this;
  description(description: string): this;
  span(width: number): this;
  height(height: number): this;
}

/** What every panel has. */
export const titled = <Built extends AnyPanelBuilder>(builder: Built, spec: PanelSpec, id: number): Built =>
  builder.id(id).title(spec.title).description(spec.about).span(spec.width).height(spec.height);
