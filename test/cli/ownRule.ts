/** A rule of the user, as `alertRules` of a config file have it. */
export const OWN_RULE = `  own:
    - name: ManyThreads
      of: value
      metric: frp.process.thread.active
      comparison: '>'
      threshold: 500
      severity: low
      summary: '{frp.instance} has {value} threads'
      description: 'More than {threshold}.'
`;
