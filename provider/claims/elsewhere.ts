import { type ClaimRow, type HarperClient, Notes } from "../operations-api";
import type { Context } from "../resource";
import { type Claimant, type Claimed, claimOf, inTheWay } from "./claim";
import type { Desks } from "./desks";
import { claimsIn } from "./rows";

const freshMs = 2000;
/** Without those of the stack itself, which are most, and kept for as long as the process lives. */
const readOthers = (stack: string | undefined) => async (client: HarperClient) => {
  const rows = await new Notes(client, await client.nodeName()).read();
  return claimsIn(rows).filter((row) => row.stack !== stack);
};

/** The claim of another stack that is in the way, on either end. For preview: refuses only by what is fresh. */
export async function claimedElsewhere(
  { resource, id, inputs }: Claimed,
  by: Claimant,
  desks: Desks,
  context: Context,
): Promise<ClaimRow | undefined> {
  const claim = claimOf(resource, id, resource.isWhole?.(inputs) ?? false);
  const conflict = (rows: readonly ClaimRow[]) => inTheWay(rows, claim, by);
  const look = { key: `claims of others than ${by.stack}`, maxAgeMs: freshMs, read: readOthers(by.stack) };
  for (const { client } of await desks.endsOf(resource, id, context)) {
    const row = conflict(
      await client.shareLast(
        look.key,
        (last: ClaimRow[]) => !conflict(last),
        () => client.look(look),
      ),
    );
    if (row) return row;
  }
  return undefined;
}
