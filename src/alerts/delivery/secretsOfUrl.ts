/**
 * All of a URL that may be a secret, in each form that it may be seen in: user and password as they are, as they are written, and as
 * they are sent; the path, its parts, and the query.
 */
export const secretsOfUrl = ({ username, password, pathname, search, searchParams }: URL): readonly string[] => {
  const path = pathname.replace(/\/+$/, '');
  const user = decoded(username);
  const secret = decoded(password);
  const basic = username === '' && password === '' ? '' : Buffer.from(`${user}:${secret}`).toString('base64');
  const parts = path.split('/').flatMap((part) => [part, decoded(part)]);
  const all = [
    username,
    password,
    user,
    secret,
    basic,
    path,
    decoded(path),
    ...parts,
    search,
    ...searchParams.values(),
  ];
  return [...new Set(all)].filter((one) => one !== '');
};

/** As it is where it is written wrongly. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
