import { randomBytes } from "node:crypto";

/** A secret that is nowhere else in the world, with what encodings make something else of: quotes, `&`, a space, `é`, … */
export const canary = (): string => `${word()}"\\&<é/+ %'${word()}`;

/** The same for where no such characters can be: tokens in a header, parts of a URL. */
export const plainCanary = (): string => `${word()}-${word()}`;

const word = () => randomBytes(15).toString("base64url").replace(/\W|_/g, "x");

/** Ways in which a secret can be written, none of which is any better hidden. */
export const spellings: Record<string, (secret: string) => string[]> = {
  "in clear": (secret) => [secret],
  "as JSON": (secret) => [json(secret), json(json(secret)), ascii(json(secret))],
  "as HTML": (secret) => [
    secret.replace(/[&<>"']/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one] ?? "&#39;"),
  ],
  "in a URL": (secret) => [
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%[\dA-F]{2}/g, (one) => one.toLowerCase()),
    new URLSearchParams({ "": secret }).toString().slice(1),
  ],
  // Wherever it stands in what was encoded: alone, behind "user:", in the middle of a request.
  "as base64": (secret) =>
    [0, 1, 2].flatMap((shift) => {
      const encoded = Buffer.from(`${"x".repeat(shift)}${secret}`).toString("base64");
      const whole = encoded.slice(shift === 0 ? 0 : 4).replace(/..?=*$/, "");
      return [whole, whole.replaceAll("+", "-").replaceAll("/", "_")];
    }),
  "as hex": (secret) => [Buffer.from(secret).toString("hex")],
  "as bytes": (secret) => [
    Buffer.from(secret)
      .toString("hex")
      .replace(/..(?=.)/g, "$& "),
  ],
};

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const ascii = (text: string) =>
  text.replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** So many characters of a secret in a row are found. Bytes take up to three each. */
const pieceOf = (spelling: string) => (spelling === "as bytes" || spelling === "as hex" ? 24 : 9);

/** Looks for canaries, whole or in pieces, in any spelling. */
export class Search {
  private readonly pieces = new Map<number, Map<string, string>>();

  constructor(secrets: Record<string, string>) {
    for (const [name, secret] of Object.entries(secrets))
      for (const [spelling, spell] of Object.entries(spellings))
        for (const text of spell(secret)) this.add(text, pieceOf(spelling), `${name} ${spelling}`);
  }

  private add(text: string, length: number, what: string): void {
    const known = this.pieces.get(length) ?? new Map<string, string>();
    this.pieces.set(length, known);
    for (let at = 0; at + length <= text.length; at++) known.set(text.slice(at, at + length), what);
  }

  /** What was found, with the text around it. Nothing, where all is well. */
  in(text: string): string[] {
    const found = new Map<string, string>();
    for (const [length, known] of this.pieces)
      for (let at = 0; at + length <= text.length; at++) {
        const what = known.get(text.slice(at, at + length));
        if (what && !found.has(what)) found.set(what, text.slice(Math.max(0, at - 80), at + length + 10));
      }
    return [...found].map(([what, around]) => `${what}: …${around}…`);
  }
}
