import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../src/frp/config/Secret.js';

const secret = new Secret('hunter2');

describe('Secret', () => {
  it('gives its value to the one who asks for it', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['String()', String(secret), '[secret]'],
    ['a template', `${secret}`, '[secret]'],
    ['concatenation', `password: ${secret}`, 'password: [secret]'],
    ['JSON', JSON.stringify({ password: secret }), '{"password":"[secret]"}'],
    ['util.inspect', inspect({ deep: { password: secret } }, { showHidden: true }), '{ deep: { password: [secret] } }'],
    ['util.format, as console.log does', format('%s %o %j', secret, secret, secret), '[secret] [secret] "[secret]"'],
  ])('printed by %s, it is masked', (_way, printed, masked) => {
    expect(printed).toBe(masked);
  });

  it('copied or spread, it gives no property that holds the value', () => {
    expect(Reflect.ownKeys(secret)).toEqual([]);
    expect(JSON.stringify([{ ...secret }, Object.entries(secret), structuredClone(secret)])).toBe('[{},[],{}]');
  });
});
