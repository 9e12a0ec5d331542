import { type Edge, isOn, type NodeRow } from "../../operations-api";
import type { Context } from "../../resource";
import { interrupted, isWaiting } from "../reconnect";

const meanwhile =
  "Rows written meanwhile follow where rows of their database came before; of a database of which none came yet, what is written until it is open again never comes.";

/** What `activate: "reconnect"` will interrupt, where the new edges or what is stored already wait for it. */
export async function tellOfReconnect(row: NodeRow, edges: readonly Edge[], context: Context): Promise<void> {
  const { at, tell } = context;
  const connected = new Set(row.subscriptions.filter(isOn).map(({ database }) => database));
  const willWait = edges.some(({ database }) => connected.has(database)) || (await isWaiting(at, row.name, context));
  if (!willWait) return;
  tell(
    "warning",
    `activate: reconnecting ${at.name} and ${row.name} will interrupt ${interrupted(row)} for some seconds. ${meanwhile}`,
  );
}

/** A Node that is replaced is removed, and joined again. */
export function tellOfReplacement(row: NodeRow, { tell }: Pick<Context, "tell">): void {
  tell(
    "warning",
    `Node ${row.name} is removed and joined again: that interrupts ${interrupted(row)} for some seconds. ${meanwhile}`,
  );
}
