/** The spelling of the wire: Harper's keys are snake_case, this package's are camelCase. */

const snake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Handed on as they are: routes that others wrote may carry keys in any spelling, and rows have columns. */
const verbatim = new Set(["routes", "replicationRoutes", "records"]);

function respell(value: unknown, spell: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => respell(item, spell));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => [spell(key), verbatim.has(key) ? item : respell(item, spell)]),
  );
}

/** `{ verifyTls: false }` → `{ verify_tls: false }`; what is undefined is left out. */
export const toWire = (value: object): Record<string, unknown> => respell(value, snake) as Record<string, unknown>;

/** `{ verify_tls: false }` → `{ verifyTls: false }`: for requests typed in the documentation's spelling. */
export const fromWire = (value: object): Record<string, unknown> => respell(value, camel) as Record<string, unknown>;
