import { badRequest } from "./errors";
import type { Fields } from "./store";

type Rule = (value: unknown, label: string) => string | undefined;

const numeric = (value: unknown) =>
  typeof value === "number" || (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)));
const truthWord = (value: unknown) => typeof value === "string" && /^(true|false)$/i.test(value);

export const rules = {
  string: (value, label) => {
    if (typeof value !== "string") return `${label} must be a string`;
    return value === "" ? `${label} is not allowed to be empty` : undefined;
  },
  boolean: (value, label) =>
    typeof value === "boolean" || truthWord(value) ? undefined : `${label} must be a boolean`,
  number: (value, label) => (numeric(value) ? undefined : `${label} must be a number`),
  array: (value, label) => (Array.isArray(value) ? undefined : `${label} must be an array`),
} satisfies Record<string, Rule>;

/** All that is wrong in one message, in the order of the rules, as the server's validator words it. */
export function validate(body: Fields, schema: Record<string, Rule>, required: readonly string[] = []): void {
  const messages: string[] = [];
  for (const [key, rule] of Object.entries(schema)) {
    const value = body[key];
    if (value !== undefined) messages.push(rule(value, `'${key}'`) ?? "");
    else if (required.includes(key)) messages.push(`'${key}' is required`);
  }
  const wrong = messages.filter(Boolean);
  if (wrong.length > 0) throw badRequest(wrong.join(". "));
}
