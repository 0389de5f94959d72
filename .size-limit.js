/**
 * What an import may cost a browser: bundled by esbuild with everything that it needs, minified, gzip. The headline
 * import of each package has a row; `npm run check -- sizes` measures them, and asks for a row where one is missing.
 * A budget grows with its reason in the commit, or not at all.
 */
const row = (names, from, limit) => {
  const [, name, subpath = 'index'] = /^@dsys\/([^/]+)(?:\/(.+))?$/.exec(from);
  const path = `packages/${name}/dist/${subpath}.js`;
  return { name: `${names} from ${from}`, path, import: names, gzip: true, limit };
};

export default [
  row('{ xxh32 }', '@dsys/hash', '1.2 kB'),
  row('{ ByteReader, ByteWriter }', '@dsys/codec', '2.5 kB'),
  row('{ Ring }', '@dsys/hashring', '5 kB'),
];
