import { describe, expect, it } from '@jest/globals';
import { secretsOfUrl } from '../../../src/alerts/delivery/secretsOfUrl.js';

const secretsOf = (url: string): readonly string[] => secretsOfUrl(new URL(url));

describe('secretsOfUrl', () => {
  it('has user and password as they are written, as they are, and as they are sent', () => {
    const basic = Buffer.from('b@b:p@ss!').toString('base64');
    expect(secretsOf('http://b%40b:p%40ss%21@127.0.0.1')).toEqual(['b%40b', 'p%40ss%21', 'b@b', 'p@ss!', basic]);
  });

  it('has the path and its parts, and the query and its values', () => {
    expect(secretsOf('http://127.0.0.1/hook/s3%21/?key=k%40y')).toEqual([
      '/hook/s3%21',
      '/hook/s3!',
      'hook',
      's3%21',
      's3!',
      '?key=k%40y',
      'k@y',
    ]);
  });

  it('has what is written wrongly as it is', () => {
    expect(secretsOf('http://us%er:p%zz@127.0.0.1')).toEqual([
      'us%er',
      'p%zz',
      Buffer.from('us%er:p%zz').toString('base64'),
    ]);
  });

  it('has none where there is none', () => {
    expect(secretsOf('http://127.0.0.1:9093/')).toEqual([]);
  });
});
