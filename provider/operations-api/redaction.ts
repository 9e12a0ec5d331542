import { type Connection, connectionSchema } from "./connection";

/** What stands where a secret was. */
export const hidden = "[secret]";
/** So many characters of a secret in a row are hidden as well: servers cut what they quote. */
const piece = 8;
/** Of a longer text no more is looked at, nor shown. */
const mostLooked = 4000;

/**
 * What was sent to one instance and nobody else is to read. An instance, or a proxy before it, can quote only that, so it
 * is taken out of what they say, by value, whatever way it is written there. Nothing of this object can be printed.
 */
export class Secrets {
  readonly #long = new Set<string>();
  readonly #short = new Set<string>();

  /** Known from now on. */
  add(secrets: Iterable<string>): void {
    for (const secret of secrets)
      for (const text of spellingsOf(secret.toWellFormed()))
        if (text) (text.length < piece ? this.#short : this.#long).add(folded(text));
  }

  /** The text without secrets. What is shorter than a piece is taken out only where it stands alone, or it would show in gaps of words. */
  hide(text: string): string {
    const looked = text.slice(0, mostLooked);
    const [here, known] = [folded(looked), [...this.#long].join("\0")];
    let shown = "";
    let hiddenTo = 0;
    for (let at = 0; at < looked.length; at++) {
      const next = here.slice(at, at + piece);
      if (next.length === piece && known.includes(next)) {
        if (at >= hiddenTo) shown += hidden;
        hiddenTo = at + piece;
      }
      if (at >= hiddenTo) shown += looked[at];
    }
    for (const word of this.#short) shown = shown.replace(alone(word), hidden);
    return shown;
  }

  /** The same error, with no secret in what it says, or in what caused it. */
  hideIn<T>(thrown: T, seen = new Set<unknown>()): T {
    if (!(thrown instanceof Error) || seen.has(thrown)) return thrown;
    seen.add(thrown);
    for (const key of Reflect.ownKeys(thrown)) {
      const value: unknown = Reflect.get(thrown, key);
      if (typeof value === "string") Reflect.set(thrown, key, this.hide(value));
      else for (const inner of Array.isArray(value) ? value : [value]) this.hideIn(inner, seen);
    }
    return thrown;
  }
}

/** What a connection sends that is secret, and the header that is made of it. A client's key is used, and never sent. */
export function* credentialsOf({ clientKey, ...connection }: Connection): Generator<string> {
  for (const [name, field] of Object.entries(connectionSchema.shape)) {
    const value = connection[name as keyof typeof connection];
    if (field.meta()?.secret && typeof value === "string") yield value;
  }
  if (connection.username) yield basic(connection.username, connection.password);
}

/** What a request has that is secret: its `authorization`, at any depth. */
export function* credentialsIn(request: unknown): Generator<string> {
  if (typeof request !== "object" || request === null) return;
  for (const [key, value] of Object.entries(request)) {
    if (key !== "authorization") yield* credentialsIn(value);
    else if (typeof value === "string") yield* partsOf(value);
    else if (value) {
      const { username, password } = value as { username?: string; password?: string };
      yield password ?? "";
      yield basic(username, password);
    }
  }
}

/** Keys of what nobody is to read, in whatever spelling. */
const secretKey = /^(authorization|password|token|secret|(client_?|private_?)key)$/i;

/** A request as it may be written down. What others wrote into it may have keys of its own. */
export function withoutCredentials<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutCredentials) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    secretKey.test(key) && item !== undefined && item !== null ? hidden : withoutCredentials(item),
  ]);
  return Object.fromEntries(entries) as T;
}

/** The value of a header for Basic authentication, without the word. */
export const basic = (username = "", password = ""): string =>
  Buffer.from(`${username}:${password}`).toString("base64");

/** `Basic YWRtaW46cGFzc3dvcmQ=`: the whole, what is behind the word, and the password in it. */
function* partsOf(header: string): Generator<string> {
  const [, value = ""] = /^\S+ +(.*)$/s.exec(header) ?? [];
  yield* [header, value];
  yield Buffer.from(value, "base64").toString().split(":").slice(1).join(":");
}

/** Ways in which servers write down what they were sent. */
function spellingsOf(secret: string): string[] {
  const quoted = (text: string) => JSON.stringify(text).slice(1, -1);
  const ascii = (text: string) =>
    text.replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const named = (quote: string) => (one: string) => entities[one as keyof typeof entities] ?? quote;
  const once = [secret, quoted(secret), quoted(quoted(secret)), ascii(quoted(secret))];
  return [
    ...once,
    ...["&#39;", "&#x27;", "&apos;"].map((quote) => secret.replace(/[&<>"']/g, named(quote))),
    secret.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`),
    ...[secret, quoted(secret)].flatMap((text) => [
      encodeURI(text),
      encodeURIComponent(text),
      new URLSearchParams({ "": text }).toString().slice(1),
    ]),
    Buffer.from(secret).toString("hex"),
    ...once.flatMap(encodedAnywhere),
  ];
}

/** Base64 of a text that begins, or is in the middle of, what was encoded: the characters that only the text decides. */
const encodedAnywhere = (text: string): string[] =>
  [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from(`${"x".repeat(before)}${text}`).toString("base64");
    const own = encoded.slice(before === 0 ? 0 : 4).replace(/.?=+$/, "");
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });

/** Hexadecimal digits and names of entities are written in either case. */
const folded = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const alone = (word: string) =>
  new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "giu");
