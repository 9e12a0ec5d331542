import { z } from "zod";

const level = z.enum(["error", "warning", "info", "off"]);

/** What a project says of the checks: `pulumi-harper.json` beside its Pulumi.yaml, under `checks`. */
export const checkSettingsSchema = z.strictObject({
  levels: z.record(z.string(), level).optional().describe("Another level for a rule, or `off`."),
  silence: z
    .array(
      z.strictObject({
        rule: z.string().describe("Name of the rule."),
        at: z.string().optional().describe("What the finding is about, as the check prints it. Default: wherever."),
        reason: z.string().min(8).describe("Why it is fine here, for those who come after."),
      }),
    )
    .optional()
    .describe("Findings that are known and accepted."),
  shardReplicas: z.number().int().min(1).optional().describe("How many members each shard is to have. Default 2."),
});
export type CheckSettings = z.output<typeof checkSettingsSchema>;
