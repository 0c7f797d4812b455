import { describe, expect, it } from '@jest/globals';
import { dataLink } from '../../src/grafana/fieldOptions.js';
import { dashboardLink, linkTo, ofRow, ofSeries } from '../../src/grafana/links.js';

describe('the links to the other dashboards', () => {
  it('are a list that is seen, and keep what is chosen and the time', () => {
    const link = dashboardLink('collector').build();
    expect(link).toMatchObject({
      type: 'dashboards',
      tags: ['frp'],
      asDropdown: true,
      includeVars: true,
      keepTime: true,
    });
    expect(link.placement).toBeUndefined();
  });
});

describe('a link to a dashboard', () => {
  it('sets its variables to what the row has, and keeps the data source and the time', () => {
    const { title, url } = linkTo('proxy', 'collector', 'Open Proxy', {
      proxy: ofRow('Tunnel'),
      role: ofRow('Seen by'),
    });
    expect(title).toBe('Open Proxy');
    expect(url.split(/[?&]/)).toEqual([
      '/d/frp-proxy',
      '${datasource:queryparam}',
      'var-proxy=${__data.fields["Tunnel"]:percentencode}',
      'var-role=${__data.fields["Seen by"]:percentencode}',
      '${__url_time_range}',
    ]);
  });

  it('sets them to labels of a series', () => {
    const { url } = linkTo('proxy', 'collector', 'Open Proxy', { proxy: ofSeries('frp_proxy_name') });
    expect(url).toContain('&var-proxy=${__field.labels.frp_proxy_name:percentencode}&');
  });

  it('stays within the dashboards of its dialect', () => {
    expect(linkTo('server', 'own', 'Open Server', {}).url).toMatch(/^\/d\/frp-own-metrics-server\?/);
    expect(dashboardLink('own').build().tags).toEqual(['frp-own-metrics']);
    expect(dashboardLink('collector').build().tags).toEqual(['frp']);
  });

  it('opens in the same tab, and one to another site in its own', () => {
    expect(dataLink(linkTo('server', 'own', 'Open Server', {})).build().targetBlank).toBe(false);
    expect(dataLink({ title: 'Runbook', url: 'https://runbooks.example.org/' }).build().targetBlank).toBe(true);
  });
});
