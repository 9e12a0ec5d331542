import { z } from "zod";
import { derived } from "./derived";

/** One database and table of a node, and which way its rows go: what Harper calls a subscription. */
export const edgeSchema = z
  .strictObject({
    database: z.string().min(1).meta({ description: "Database whose rows are replicated." }),
    table: z.string().min(1).meta({ description: "Table whose rows are replicated." }),
    subscribe: z
      .boolean()
      .default(true)
      .meta({ description: "Rows written on the node flow to the target. Default true." }),
    publish: z
      .boolean()
      .default(true)
      .meta({ description: "Rows written on the target flow to the node. Default true." }),
  })
  .meta({ id: "Edge", description: "One table of a node, and which way its rows go." });

export type Edge = z.output<typeof edgeSchema>;

/** What one table of one database is called in a key or a message. */
export const edgeKey = (edge: Pick<Edge, "database" | "table">): string => `${edge.database}.${edge.table}`;

/** Off both ways is how Harper remembers an edge that was turned off: it reads as absent. */
export const isOn = (edge: Edge): boolean => edge.subscribe || edge.publish;

const byKey = derived(
  (subscriptions: readonly Edge[]) => new Map(subscriptions.toReversed().map((edge) => [edgeKey(edge), edge])),
);

/** The edge of this table in a record, off or on; undefined where it has none, or where there is no record. */
export const edgeIn = (
  row: { subscriptions: readonly Edge[] } | undefined,
  edge: Pick<Edge, "database" | "table">,
): Edge | undefined => row && byKey(row.subscriptions).get(edgeKey(edge));

/**
 * The entry that makes a node explicit without replicating anything. An empty list leaves a record that neither shows
 * in cluster_status nor can be removed cleanly.
 */
export const noEdges: readonly Edge[] = [{ database: "system", table: "hdb_nodes", subscribe: false, publish: false }];
