import { z } from "zod";
import type { Update } from "./applied";

const configuration = z.record(z.string(), z.object({ value: z.string().optional(), secret: z.boolean().optional() }));

const entry = z.object({
  version: z.number().optional(),
  kind: z.string(),
  result: z.string().default("in progress"),
  startTime: z.string(),
  endTime: z.string().optional(),
  environment: z.record(z.string(), z.string()).nullish(),
  config: configuration.nullish(),
});

/** Reads what `pulumi stack history --json` prints, the newest first. Answers the oldest first. */
export function readUpdates(text: string): Update[] {
  const entries = z.array(entry).nullable().parse(JSON.parse(text)) ?? [];
  return entries.toReversed().map(({ version, environment, config, ...one }, index): Update => {
    const { "git.head": head, "git.dirty": dirty } = environment ?? {};
    return {
      // A file backend counts none.
      number: version || index + 1,
      kind: one.kind,
      result: one.result,
      at: one.endTime ?? one.startTime,
      ...(head ? { commit: `${head.slice(0, 12)}${dirty === "true" ? " and what was not committed" : ""}` } : {}),
      config: plain(config ?? {}),
    };
  });
}

/** Reads what `pulumi config --json` prints, without what is secret. */
export const readConfiguration = (text: string): Record<string, string> =>
  plain(configuration.parse(JSON.parse(text) ?? {}));

const plain = (config: z.output<typeof configuration>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([key, { value, secret }]) => (secret || value === undefined ? [] : [[key, value]])),
  );
