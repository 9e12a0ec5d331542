import { type Edge, edgeIn, edgeKey } from "../../operations-api";
import type { Changing } from "../../resource";
import { findNode } from "../common";
import { tellOfReconnect } from "./interruption";
import { opened, tellOfOldRows } from "./old-rows";

/** An edge that is made, or gets another direction. */
export async function subscriptionHazards(
  wanted: Partial<Edge & { node: string; activate: "reconnect" | undefined }>,
  _before: unknown,
  context: Changing,
): Promise<void> {
  const { node, database, table, subscribe = true, publish = true, activate } = wanted;
  if (database === undefined || table === undefined) return;
  const edge = { database, table, subscribe, publish };
  const row = node === undefined ? undefined : await findNode(context.at, ({ name }) => name === node);
  const there = edgeIn(row, edge);
  const [new_] = [opened(there, edge)].filter((one) => one !== undefined);
  if (new_) await tellOfOldRows(`Subscription ${node ?? context.at.name}/${edgeKey(edge)}`, node, [new_], context);
  if (row && activate === "reconnect") await tellOfReconnect(row, new_ ? [new_] : [], context);
}
