/** `["subscriptions", 0, "table"]` → `subscriptions[0].table`, as Pulumi writes property paths. */
export const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
