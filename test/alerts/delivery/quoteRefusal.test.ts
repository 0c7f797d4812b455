import { describe, expect, it } from '@jest/globals';
import { quoteRefusal } from '../../../src/alerts/delivery/quoteRefusal.js';

describe('quoteRefusal', () => {
  it('quotes what Alertmanager says, in both of its forms', () => {
    expect(quoteRefusal('"start time must be before end time"', [])).toBe(': "start time must be before end time"');
    expect(quoteRefusal('{"code":602,"message":"generatorURL in body must be of type uri"}', [])).toBe(
      ': "generatorURL in body must be of type uri"',
    );
  });

  it('quotes 200 characters, and no control character as it is', () => {
    expect(quoteRefusal(JSON.stringify('x'.repeat(1_000)), [])).toBe(`: "${'x'.repeat(200)}"`);
    expect(quoteRefusal('"a\\u001b[31m"', [])).toBe(': "a\\u001b[31m"');
  });

  it('quotes nothing that holds a secret', () => {
    expect(quoteRefusal('"no route for /hook/s3cret"', ['/hook/s3cret'])).toBe('');
  });

  it.each(['', '<html>', 'null', '{}', '[1]', '{"message":7}'])('quotes nothing of %j', (text) => {
    expect(quoteRefusal(text, [])).toBe('');
  });
});
