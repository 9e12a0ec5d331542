export const indent = "  ";
/** Whether a line need not be broken. */
export const isShort = (line: string): boolean => line.length <= 100;

/** An expression in place of a value. */
export class Code {
  constructor(readonly text: string) {}
}

/** A value as TypeScript writes it, on one line where that is short. `before` is what stands before it on its line. */
export function literal(value: unknown, before = "", start = ""): string {
  if (value instanceof Code) return value.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = start + indent;
  const entries: [name: string, item: unknown][] = Array.isArray(value)
    ? value.map((item) => ["", item])
    : Object.entries(value).map(([key, item]) => [`${keyText(key)}: `, item]);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{ ", " }"];
  if (entries.length === 0) return `${open}${close}`.replace("  ", "");
  const items = entries.map(([name, item]) => name + literal(item, deeper + name, deeper));
  const line = `${open}${items.join(", ")}${close}`;
  if (isShort(before + line) && !line.includes("\n")) return line;
  return `${open.trim()}\n${items.map((item) => `${deeper}${item},\n`).join("")}${start}${close.trim()}`;
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
