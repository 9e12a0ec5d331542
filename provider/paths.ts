/** `["subscriptions", 0, "table"]` → `subscriptions[0].table`, as Pulumi writes property paths. */
export const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => {
      if (typeof key === "number") return `[${key}]`;
      return /^[A-Za-z_$][\w$]*$/.test(String(key)) ? `.${String(key)}` : `["${String(key)}"]`;
    })
    .join("")
    .replace(/^\./, "");
