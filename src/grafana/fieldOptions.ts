import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  type DynamicConfigValue,
  MappingType,
  SpecialValueMatch,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DataLink, Words } from './DashboardSpec.js';

export const valueMapping = (words: Words): ValueMapping => ({ type: MappingType.ValueToText, options: { ...words } });

/** What is said where there is no value: else Grafana writes it in the colour of the lowest step, often green. */
export const nothingMapping = (text: string): ValueMapping => ({
  type: MappingType.SpecialValue,
  options: { match: SpecialValueMatch.NullAndNan, result: { text, color: 'text' } },
});

/** Another site opens in a tab of its own. */
export const dataLink = ({ title, url }: DataLink): Builder<DashboardLink> =>
  new DashboardLinkBuilder(title).url(url).targetBlank(!url.startsWith('/d/'));

/** A table takes what a panel says where there is nothing for each of its empty cells, too. */
export const NOTHING_IN_CELL: DynamicConfigValue[] = [{ id: 'noValue', value: '–' }];
