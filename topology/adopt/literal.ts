const width = 100;
const step = "  ";

/** An expression in place of a value. */
export class Code {
  constructor(readonly text: string) {}
}

/** A value as TypeScript writes it, on one line where that is short. */
export function literal(value: unknown, indent = ""): string {
  if (value instanceof Code) return value.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = indent + step;
  const items = Array.isArray(value)
    ? value.map((item) => (at: string) => literal(item, at))
    : Object.entries(value).map(
        ([key, item]) =>
          (at: string) =>
            `${keyText(key)}: ${literal(item, at)}`,
      );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return `${open}${close}`;
  const inner = items.map((item) => item(deeper));
  const space = open === "{" ? " " : "";
  const line = `${open}${space}${inner.join(", ")}${space}${close}`;
  if (line.length + indent.length <= width && !line.includes("\n")) return line;
  return `${open}\n${inner.map((item) => `${deeper}${item},\n`).join("")}${indent}${close}`;
}

const keyText = (key: string) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key));

/** Unique names for constants, made of the words of other names: `us-1/eu-1` → `us1Eu1Node`. */
export class Identifiers {
  private readonly taken = new Set<string>();

  of(name: string, suffix: string): string {
    const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
    const joined = words.reduce((text, word) => {
      if (text === "") return word[0]?.toLowerCase() + word.slice(1);
      return /\d$/.test(text) && /^\d/.test(word) ? `${text}_${word}` : text + word[0]?.toUpperCase() + word.slice(1);
    }, "");
    const base = `${/^\d/.test(joined) ? "n" : ""}${joined}${joined ? suffix : suffix.toLowerCase()}`;
    let free = base;
    for (let count = 2; this.taken.has(free); count++) free = `${base}${count}`;
    this.taken.add(free);
    return free;
  }
}
