import fc from "fast-check";

/** Placed wherever a secret may stand; no message may hold it. */
export const canary = "hush-4f1d";

/** Keys that every object has, or that change its prototype where they are assigned. */
const hostile = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "valueOf", "length", "then"];

const texts = fc.oneof(
  fc.constantFrom("", " ", "\u0000", "\n", "eu", "🐕", "null", "[]", "{}", "a".repeat(5000), "\ud800", "../..", "%00"),
  fc.string({ unit: "binary" }),
  fc.string(),
);

const hosts = fc.oneof(
  fc.constantFrom(
    "eu",
    "EU-1",
    "127.0.0.1",
    "::1",
    "[::1]",
    "[::1",
    "fe80::1%eth0",
    "münchen.de",
    "例え.jp",
    "a b",
    "x\\y",
  ),
  fc.constantFrom(
    "x/y",
    "u@x",
    "x?y",
    "x#y",
    "x:1",
    "%65u",
    "%2f",
    "1",
    "0x7f.1",
    ".",
    "..",
    "-",
    "a.",
    "*",
    "x\ty",
    "x ",
  ),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
  fc.webAuthority({ withIPv4: true, withIPv6: true, withUserInfo: true, withPort: true }),
  texts,
);
const ports = fc.oneof(fc.nat(70_000), fc.constantFrom<unknown>(-1, 0, 1.5, 1e21, "9933", "", null), fc.double());
const schemes = fc.constantFrom(
  "wss://",
  "ws://",
  "WSS://",
  "https://",
  "http://",
  "wss:",
  "//",
  "",
  "file://",
  "wss:///",
);
const tails = fc.constantFrom("", "", "", "/", "/path", "?", "?q", "#", "#f", " ", "\n", "\\", "\\path", "/..", ":");
const urls = fc.oneof(
  fc.tuple(schemes, hosts, ports, tails).map(([scheme, host, port, tail]) => `${scheme}${host}:${port}${tail}`),
  fc.tuple(schemes, hosts, tails).map((parts) => parts.join("")),
  fc.webUrl(),
  fc.constantFrom(
    `wss://u:${canary}@x:1`,
    `https://u:${canary}@x`,
    "wss://@x:1",
    "https://[::1]:9925",
    "http://127.0.0.1:9925",
  ),
);

const key = fc.oneof(
  fc.constantFrom(...hostile),
  fc.constantFrom("endpoint", "database", "table", "name", "hostname"),
  texts,
);

/** Any JSON, with hostile keys among the others. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      texts,
      ports,
      fc.boolean(),
      fc.constant(null),
      tie("list"),
      tie("map"),
    ),
    list: fc.array(tie("value"), { maxLength: 4 }),
    map: fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  })).value,
  fc.nat(90).map(nested),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

const edge = fc.record(
  {
    database: fc.oneof(fc.constantFrom("shop", "zoo", "system"), junk),
    table: fc.oneof(fc.constantFrom("dog", "cat", "ape", "none"), junk),
    subscribe: fc.oneof(fc.boolean(), junk),
    publish: fc.oneof(fc.boolean(), junk),
    [hostile[1] as string]: junk,
  },
  { requiredKeys: ["database", "table"], noNullPrototype: true },
);
const good = fc.record(
  {
    database: fc.constant("shop"),
    table: fc.oneof(fc.constantFrom("dog", "cat", "bird"), fc.string({ minLength: 1 })),
    subscribe: fc.constant(true),
    publish: fc.boolean(),
  },
  { noNullPrototype: true },
);
const credentials = fc.oneof(
  fc.constantFrom<unknown>(
    { username: "u", password: canary },
    canary,
    [canary],
    { user: "u", password: canary },
    { username: canary },
    { password: { a: canary } },
  ),
);

/** What a person might write for a property, and what might get there by mistake. */
const likely: Record<string, fc.Arbitrary<unknown>> = {
  hostname: hosts,
  url: urls,
  endpoint: urls,
  port: ports,
  node: fc.oneof(fc.constant("eu-1"), hosts),
  name: fc.oneof(fc.constant("eu-1"), hosts),
  database: fc.constantFrom("shop", "zoo", "system", "none"),
  table: fc.constantFrom("dog", "ape", "none"),
  subscriptions: fc.oneof(fc.array(good, { maxLength: 3 }), fc.array(edge, { maxLength: 4 })),
  target: fc.constantFrom("us", "eu", "nobody", ...hostile),
  peer: fc.constantFrom("eu", "nobody", ...hostile),
  adopt: fc.constantFrom("identical", "never", "always", "maybe"),
  activate: fc.constantFrom("reconnect", "no"),
  unverified: fc.constantFrom("keep", "fail", "maybe"),
  shard: ports,
  timeoutSeconds: ports,
  stableSeconds: ports,
  nodes: fc.array(hosts, { maxLength: 3 }),
  triggers: fc.array(texts, { maxLength: 3 }),
  revokedCertificates: fc.array(texts, { maxLength: 3 }),
  startTime: fc.oneof(fc.constantFrom("2026-01-01T00:00:00Z", "yesterday", "2026-13-01T00:00:00Z"), texts),
  authorization: credentials,
  username: fc.constant("u"),
  password: fc.constant(canary),
  token: fc.constant(canary),
};
const flag = fc.boolean();

/** Properties for a schema: some likely, some junk, some that it does not have. Secrets are canaries. */
export function propertiesOf(names: readonly string[], more: Record<string, fc.Arbitrary<unknown>> = {}) {
  const fields = Object.fromEntries(
    names.map((name) => [
      name,
      fc.oneof({ weight: 5, arbitrary: more[name] ?? likely[name] ?? flag }, { weight: 1, arbitrary: junk }),
    ]),
  );
  const extra = fc.array(
    fc.tuple(fc.oneof(fc.constantFrom(...hostile, "autorization"), texts), fc.oneof(credentials, junk)),
    {
      maxLength: 2,
    },
  );
  const some = fc.record(fields, { requiredKeys: [], noNullPrototype: true });
  const none = fc.constant<[string, unknown][]>([]);
  const others = fc.oneof({ weight: 3, arbitrary: none }, { weight: 1, arbitrary: extra });
  // Not by assignment, to which `__proto__` is no key.
  return fc.tuple(some, others).map(([known, list]) => Object.fromEntries([...Object.entries(known), ...list]));
}

/** What is right, but for a field or two. */
export const almost = (right: fc.Arbitrary<object>, names: readonly string[]) => {
  const other = fc.constantFrom(...names).chain((name) => fc.tuple(fc.constant(name), likely[name] ?? flag));
  const others = fc.array(other, { maxLength: 2 });
  return fc.tuple(right, others).map(([fields, list]) => ({ ...fields, ...Object.fromEntries(list) }));
};

const objectOf = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.record(fields, { noNullPrototype: true });

/** What is right of each resource, but for what nobody knows of hosts and URLs. */
export const right: Record<string, fc.Arbitrary<object>> = {
  Node: fc.oneof(
    objectOf({ hostname: hosts }),
    objectOf({ url: urls, authorization: credentials }),
    objectOf({
      hostname: fc.constant("eu-1"),
      subscriptions: fc.uniqueArray(good, { selector: ({ table }) => table, maxLength: 5 }),
    }),
  ),
  Subscription: objectOf({ node: hosts, database: fc.constant("shop"), table: fc.constantFrom("dog", "cat") }),
  Route: fc.oneof(objectOf({ url: urls }), objectOf({ hostname: hosts }), objectOf({ hostname: hosts, port: ports })),
  ClusterReady: fc.oneof(
    objectOf({ nodes: fc.uniqueArray(hosts, { minLength: 1, maxLength: 3 }) }),
    objectOf({ nodes: fc.constant(["eu-1"]), triggers: fc.array(texts, { maxLength: 3 }) }),
  ),
  ClusterConfiguration: objectOf({
    connections: fc.array(
      fc.oneof(objectOf({ hostname: hosts }), objectOf({ url: urls, authorization: credentials })),
      {
        maxLength: 3,
      },
    ),
  }),
  Routes: objectOf({
    routes: fc.array(fc.oneof(urls, objectOf({ url: urls }), objectOf({ hostname: hosts, port: ports })), {
      maxLength: 3,
    }),
  }),
};

/** A connection, right or not. */
export const connection = propertiesOf([
  "endpoint",
  "username",
  "password",
  "token",
  "insecureSkipTlsVerify",
  "allowPlainHttp",
  "timeoutSeconds",
]);
