import { z } from "zod";
import type { Member } from "../model";

const name = z.string().min(1);
const pair = z.tuple([name, name]).refine(([one, other]) => one !== other, "names one twice");
const table = { database: name.describe("Database of the table."), table: name.describe("Table whose rows go.") };

const tables = z
  .array(z.strictObject(table))
  .min(1)
  .describe("The tables that go both ways between any two. Default: everything.");

const directed = z.strictObject({
  ...table,
  from: name.optional().describe("One of the two: the rows go from there alone. Default: both ways."),
});
const link = z.strictObject({
  between: pair.describe("The two, in any order."),
  tables: z.array(directed).min(1).describe("What goes between them."),
});

/** Everyone with everyone. */
const mesh = z.strictObject({ type: z.literal("mesh"), tables: tables.optional() });

/** Some that exchange rows with all others, which exchange none with each other. */
const hubAndSpoke = z.strictObject({
  type: z.literal("hubAndSpoke"),
  hub: z.union([name, z.array(name).min(1)]).describe("The hub, or the hubs, which are spokes to each other."),
  tables: z
    .array(
      z.strictObject({
        ...table,
        direction: z
          .enum(["both", "toHub", "fromHub"])
          .optional()
          .describe("Which way the rows go between a hub and its spokes. Default `both`."),
      }),
    )
    .min(1)
    .describe("What goes between a hub and a spoke. The rows of a spoke end at its hub: Harper sends nothing on."),
});

/** A mesh inside of each region, and tables between regions. */
const regions = z.strictObject({
  type: z.literal("regions"),
  links: z
    .array(link)
    .describe(
      "Regions that exchange tables: each instance of the one with each of the other, as rows that arrive in a region are not sent on inside of it.",
    ),
});

/** Pairs of one's own. */
const edges = z.strictObject({
  type: z.literal("edges"),
  edges: z
    .array(
      z.union([
        link,
        z.strictObject({ between: pair, everything: z.literal(true).describe("Every table, both ways.") }),
      ]),
    )
    .min(1),
});

export const shapeSchema = z.discriminatedUnion("type", [mesh, hubAndSpoke, regions, edges]);

/** Who exchanges what with whom. */
export type Shape = z.input<typeof shapeSchema>;
export type ShapeOf<T extends Shape["type"]> = Extract<Shape, { type: T }>;

/** What a shape needs to know of an instance. */
export interface Placed extends Member {
  region?: string;
}

/** Shapes that are asked for and that Harper cannot hold, with the reason. */
export const impossible: Record<string, string> = {
  chain:
    "rows go one step: what arrives by an edge is not sent on, so the ends of a chain never have each other's rows",
  ring: "rows go one step: what arrives by an edge is not sent on, so only neighbours in a ring have each other's rows",
  tree: "rows go one step: what arrives by an edge is not sent on, so leaves never have the rows of other branches",
  star: "full replication with one makes all know each other, which is a mesh; with tables that are named it is hubAndSpoke",
};
