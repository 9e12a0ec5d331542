import { z } from "zod";
import type { Origin, Update } from "./applied";

const configuration = z.record(z.string(), z.object({ value: z.string().optional(), secret: z.boolean().optional() }));

const entry = z.object({
  version: z.number().optional(),
  kind: z.string(),
  result: z.string().default("in progress"),
  startTime: z.string(),
  endTime: z.string().optional(),
  message: z.string().nullish(),
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
      ...(head ? { commit: commitInWords(head, dirty === "true") } : {}),
      config: plain(config ?? {}),
      origin: originOf(one, environment ?? {}),
    };
  });
}

export const commitInWords = (commit: string, isDirty: boolean): string =>
  `${commit.slice(0, 12)}${isDirty ? " and what was not committed" : ""}`;

type Entry = Pick<z.output<typeof entry>, "startTime" | "endTime" | "message">;

function originOf({ startTime, endTime, message }: Entry, environment: Record<string, string>): Origin {
  const { "git.head": commit, "git.dirty": dirty, "git.headName": branch } = environment;
  const author = personIn(environment["git.author"], environment["git.author.email"]);
  const build = environment["ci.build.url"] || environment["ci.build.id"];
  return {
    startedAt: startTime,
    ...(endTime !== undefined && { endedAt: endTime }),
    ...(message && { message }),
    ...(commit && { commit, isDirty: dirty === "true" }),
    ...(branch && { branch: branch.replace(/^refs\/heads\//, "") }),
    ...(author && { author }),
    ...(build && { build }),
  };
}

const personIn = (name = "", email = "") => [name, email && `<${email}>`].filter(Boolean).join(" ");

/** Reads what `pulumi config --json` prints, without what is secret. */
export const readConfiguration = (text: string): Record<string, string> =>
  plain(configuration.parse(JSON.parse(text) ?? {}));

const plain = (config: z.output<typeof configuration>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([key, { value, secret }]) => (secret || value === undefined ? [] : [[key, value]])),
  );
